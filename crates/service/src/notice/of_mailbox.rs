//! What is told of an owner's mailbox at an upstream.

use postern_domain::Timestamp;
use postern_domain::notice::NoticeKind;

use super::doer::Doer;
use super::words::{About, Tidings, Words, moment};

/// The page on which mailboxes are connected.
const MAILBOXES: &str = "/consents";

/// What is told of a mailbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum MailboxTidings {
    /// Postern may open the mailbox at that provider, or with its password at that upstream, from now on.
    Connected { at: String, mailbox: Option<String>, done: Doer },
    /// Somebody else than its owner took that away.
    Disconnected { at: String, done: Doer },
    /// The consent is about to end.
    ExpiresSoon { at: String, expires_at: Timestamp },
    /// The consent has lapsed, for a reason, mostly the provider's: programs cannot reach the mailbox until its owner connects it.
    Lapsed { at: String, error: String },
}

impl Tidings for MailboxTidings {
    fn words(&self, about: &About<'_>) -> Words {
        let words = match self {
            Self::Connected { at, mailbox, done } => {
                Words::new(NoticeKind::MailboxConnected, format!("Your mailbox at {at} was connected"))
                    .fact("At", at)
                    .fact_if("Mailbox", mailbox.as_ref())
                    .done_by(done, about)
            }
            Self::Disconnected { at, done } => {
                let subject = format!("Your mailbox at {at} was disconnected by an administrator");
                Words::new(NoticeKind::MailboxDisconnected, subject)
                    .fact("At", at)
                    .advice(
                        "Your programs cannot reach it until you connect it again. If you did not expect this, ask your \
                         administrator.",
                    )
                    .done_by(done, about)
            }
            Self::ExpiresSoon { at, expires_at } => Words::new(
                NoticeKind::ConsentExpiresSoon,
                format!("Your mailbox connection to {at} ends soon"),
            )
            .fact("Provider", at)
            .fact("Ends", moment(*expires_at))
            .advice("Connect the mailbox again before then, so that your programs go on working."),
            Self::Lapsed { at, error } => {
                Words::new(NoticeKind::ConsentLapsed, format!("Your mailbox connection to {at} has ended"))
                    .fact("Provider", at)
                    .fact("Why", error)
                    .advice("Your programs cannot reach the mailbox. Connect it again.")
            }
        };
        words.link(MAILBOXES)
    }
}
