//! Sign in to the portal with a passkey alone: no user name, no password, and user verification required.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::AccountStatus;
use postern_domain::id::AccountId;
use postern_domain::mfa::Factors;
use postern_domain::sign_in::{CredentialUsed, Place, RefusalReason, RefusalReference};
use postern_storage::{StorageError, TokenHash, Transaction};
use serde::{Deserialize, Serialize};
use webauthn_rs_core::proto::{AuthenticationState, PublicKeyCredential, UserVerificationPolicy};

use super::super::StartedPortalSession;
use super::super::start_portal_session::NewSession;
use super::verify::Judged;
use super::{BegunCeremony, Browser, TIME_TO_ANSWER, read_answer};
use crate::event::{Origin, client_name};
use crate::{Failure, Service};

/// What a browser answered.
#[derive(Debug)]
pub struct PasskeySignIn<'a> {
    /// The random value in the browser's cookie, to which the ceremony is bound.
    pub visitor: &'a str,
    /// The ceremony's name.
    pub ceremony: &'a str,
    /// The answer, as JSON.
    pub answer: &'a str,
    /// The browser's address.
    pub address: IpAddr,
    /// The browser.
    pub user_agent: &'a str,
}

/// What the page carries while the browser is asked.
#[derive(Serialize, Deserialize)]
struct Carried {
    asked: AuthenticationState,
    /// In milliseconds.
    expires_at: i64,
}

/// What the browser was asked, opened.
struct Question {
    /// By which its answer is taken once.
    id: TokenHash,
    asked: AuthenticationState,
    expires_at: Timestamp,
}

/// What the sealed question is bound to: nobody has another's browser answer it.
fn in_page(visitor: &str) -> Vec<u8> {
    [b"postern passkey sign-in".as_slice(), &Browser::Visitor(visitor).hash().0].concat()
}

/// Why no session was started.
#[derive(Debug, thiserror::Error)]
pub enum PasskeySignInError {
    /// Not registered here, not verified, or not right. One text for every cause.
    #[error(
        "that passkey does not open an account here: use another one, or your user name and password (ref {reference})"
    )]
    Refused {
        /// What an administrator can look up.
        reference: RefusalReference,
    },
    /// The signature counter did not grow.
    #[error(
        "that passkey was refused: there may be a copy of it. Sign in with your password, delete it and register another one (ref {reference})"
    )]
    Cloned {
        /// What an administrator can look up.
        reference: RefusalReference,
    },
    /// The browser was asked too long ago, or by another page.
    #[error("this sign-in has run out: begin again")]
    RunOut,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for PasskeySignInError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Service {
    /// Begins a sign-in with a passkey alone, in a browser that is known by its cookie only. `None` where browsers make no
    /// passkeys.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn begin_passkey_sign_in(&self, visitor: &str) -> Result<Option<BegunCeremony>, Failure> {
        let now = self.now();
        let Some(party) = self.relying_party("") else { return Ok(None) };
        let asked = party
            .new_challenge_authenticate_builder(Vec::new(), Some(UserVerificationPolicy::Required))
            .and_then(|builder| party.generate_challenge_authenticate(builder));
        let Ok((response, state)) = asked else { return Ok(None) };
        let Ok(options) = serde_json::to_string(&response.public_key) else { return Ok(None) };
        let carried = Carried { asked: state, expires_at: now.plus(TIME_TO_ANSWER).as_millis() };
        let Ok(plain) = serde_json::to_vec(&carried) else { return Ok(None) };
        let id = self.keys().seal_text(&plain, &in_page(visitor), self.random());
        Ok(Some(BegunCeremony { id, options }))
    }

    /// Finishes it with what the browser answered, and starts a session that is in.
    ///
    /// # Errors
    /// [`PasskeySignInError`]; an answer that was right is used up, also where it was refused for another reason.
    pub async fn finish_passkey_sign_in(
        &self,
        sign_in: &PasskeySignIn<'_>,
    ) -> Result<StartedPortalSession, PasskeySignInError> {
        self.recorder.room().await;
        let now = self.now();
        let question = self.question(sign_in, now).ok_or(PasskeySignInError::RunOut)?;
        let mut transaction = self.parts.store.begin().await?;
        let (named, reason) = match self.sign_in_with(&mut *transaction, sign_in, &question).await? {
            Ok(started) => {
                transaction.commit().await?;
                let (_, account) = started.standing.parts();
                self.account_passwords().right(&account.name, sign_in.address, now);
                self.record_acceptance(self.of_browser(sign_in), account.id, CredentialUsed::Passkey);
                return Ok(started);
            }
            Err(refused) => refused,
        };
        // A wrong answer leaves nothing behind: whoever has none could write rows for ever.
        if reason != RefusalReason::WrongPasskey {
            transaction.commit().await?;
        }
        let used = CredentialUsed::Passkey;
        let reference = self.record_refusal(self.of_browser(sign_in), named, used, reason);
        Err(match reason {
            RefusalReason::ClonedPasskey => PasskeySignInError::Cloned { reference },
            _ => PasskeySignInError::Refused { reference },
        })
    }

    /// The session that was started, or whose passkey was refused, and why.
    async fn sign_in_with(
        &self,
        transaction: &mut (dyn Transaction + '_),
        sign_in: &PasskeySignIn<'_>,
        question: &Question,
    ) -> Result<Result<StartedPortalSession, (Option<AccountId>, RefusalReason)>, PasskeySignInError> {
        let wrong = RefusalReason::WrongPasskey;
        let now = self.now();
        let Some(answer) = read_answer::<PublicKeyCredential>(sign_in.answer) else {
            return Ok(Err((None, wrong)));
        };
        let Some((owner, record)) = transaction.passkey(&answer.raw_id).await? else {
            return Ok(Err((None, wrong)));
        };
        let Some(account) = transaction.account(owner).await? else { return Ok(Err((None, wrong))) };
        // Without a user name, the handle must say whose it is (WebAuthn 7.2, step 6).
        if answer.get_user_unique_id() != Some(account.id.as_bytes().as_slice()) {
            return Ok(Err((Some(owner), wrong)));
        }
        // Before it is judged: what was taken before is no copy of a passkey.
        transaction.delete_stale_ceremonies(now).await?;
        if !transaction.use_up(&question.id, question.expires_at).await? {
            return Err(PasskeySignInError::RunOut);
        }
        let judged = self
            .judge(transaction, sign_in.address, &account, &record, &question.asked, &answer, now)
            .await?;
        match judged {
            Judged::Right => {}
            Judged::Wrong => return Ok(Err((Some(owner), wrong))),
            Judged::Copy => return Ok(Err((Some(owner), RefusalReason::ClonedPasskey))),
        }
        if account.status != AccountStatus::Active {
            return Ok(Err((Some(owner), RefusalReason::AccountBlocked)));
        }
        let new = NewSession {
            account,
            factors: Factors { passkey: true, ..Factors::default() },
            second_factor_at: Some(now),
            // A ceremony is begun and finished in a browser without a session.
            replaces: None,
            address: sign_in.address,
            user_agent: sign_in.user_agent,
            vouched: None,
        };
        let started = self.open_session(transaction, new).await?;
        // Also where a method must be registered now: the factors were right, and nothing else says so later.
        let (session, account) = started.standing.parts();
        let record = self.sign_in_record(session, account);
        transaction.append_audit_records(vec![record]).await?;
        self.tell_of_sign_in(transaction, session, account, now).await?;
        Ok(Ok(started))
    }

    /// What the browser was asked, when it was this one, and not too long ago.
    fn question(&self, sign_in: &PasskeySignIn<'_>, now: Timestamp) -> Option<Question> {
        let (plain, id) = self.keys().open_text(sign_in.ceremony, &in_page(sign_in.visitor))?;
        let carried: Carried = serde_json::from_slice(&plain).ok()?;
        let expires_at = Timestamp::from_millis(carried.expires_at);
        let in_time = now < expires_at && expires_at <= now.plus(TIME_TO_ANSWER);
        in_time.then_some(Question { id, asked: carried.asked, expires_at })
    }

    fn of_browser(&self, sign_in: &PasskeySignIn<'_>) -> Origin {
        Origin {
            place: Place::Portal,
            address: sign_in.address,
            client: client_name(sign_in.user_agent),
            at: self.now(),
            acting_for: None,
        }
    }
}
