//! What a page says about what was done just before: a fixed set, so that an address cannot put words into our mouth.

use serde::Deserialize;

/// The query of a page that can say what was done.
#[derive(Deserialize, Default)]
pub(crate) struct Done {
    done: Option<String>,
    /// Where to go on after signing in.
    #[serde(default)]
    pub(crate) next: String,
}

impl Done {
    /// What to say; none for a word that is not ours.
    pub(crate) fn notice(&self) -> Option<&'static str> {
        Some(match self.done.as_deref()? {
            "session-over" => "Your session is over: sign in again. Nothing was changed.",
            "signed-out" => "You are signed out.",
            "signed-out-everywhere" => "You are signed out everywhere, here too.",
            "own-account-blocked" => {
                "Your account is blocked, and you are signed out. Another administrator can unblock it."
            }
            "own-account-deleted" => "Your account is deleted, and you are signed out.",
            "own-role" => "Your role is changed. It holds at once.",
            "password-changed" => "Your password is changed, and every other browser is signed out.",
            "set-up" => "The administrator is there. Sign in, then register an authenticator app.",
            "too-many-methods" => "You have as many methods as you may. Delete one first.",
            "registered" => "The method is registered.",
            "method-changed" => "The change is saved.",
            "browsers-forgotten" => "Forgotten: the next sign-in there asks for your second factor.",
            "deleted" => "The method is deleted.",
            "token-revoked" => "The API token is revoked. No request with it is accepted any more.",
            "token-created-already" => {
                "That form was sent before: the API token is there. If you have not got its text, revoke it and create another one."
            }
            "revoked" => "The app password is revoked. What signed in with it is being disconnected.",
            "suspended" => "The app password is suspended. What signed in with it is being disconnected.",
            "resumed" => "The app password works again.",
            "changed" => "The app password is changed. Sessions that it no longer allows are being ended.",
            "old-secret-ended" => "The old secret has ended. What signed in with it is being disconnected.",
            "asked" => "The administrators have your question, with the facts below.",
            "session-ended" => {
                "The session is being ended. Its program may sign in again: to keep it out, revoke its app password."
            }
            "mailbox-connected" => {
                "The mailbox is connected. Programs with your app passwords get in from now on."
            }
            "mailbox-withdrawn" => {
                "The consent is withdrawn and its tokens are forgotten. You can also end it in your account's settings there."
            }
            "mailbox-password-set" => "The mailbox password is saved.",
            "mailbox-password-removed" => "The mailbox password is removed.",
            "identity-linked" => "Your account is linked. From now on you can sign in through it.",
            "identity-unlinked" => "The link is taken away: nobody gets in through it any more.",
            "setting-changed" => "The setting is changed. Every server follows at once.",
            "setting-changed-and-revoked" => {
                "The setting is changed, and the app passwords are revoked. What signed in with them is being disconnected."
            }
            "address-confirmed" => {
                "The address is confirmed: notices go there from now on. The others were told."
            }
            "address-removed" => "The address is removed.",
            "session-gone" => "That session is over already.",
            "created-already" => {
                "That form was sent before, and nothing was created a second time. The app password is in the list below; its secret is not shown again. If you did not copy it, give it a new secret."
            }
            "rotated-already" => {
                "That form was sent before, and no other secret was made. The secret is not shown again: if you did not copy it, make another."
            }
            "codes-already" => {
                "That form was sent before, and no other codes were made. The codes are not shown again: if you did not keep them, make new ones."
            }
            _ => return None,
        })
    }
}
