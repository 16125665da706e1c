//! What the service asks of the network to reach people and other systems: mail, text messages, webhooks, syslog.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::mfa::phone::PhoneNumber;
use zeroize::Zeroizing;

use crate::event::printable;

/// Longest subject of a mail, in characters.
const LONGEST_SUBJECT: usize = 200;

/// A mail in plain text to one address. May hold a code, so that its `Debug` shows the address only.
#[derive(Clone)]
pub struct Mail {
    /// To whom.
    pub to: AccountName,
    /// One line; made of characters that can be seen, so that no name in it can add a header.
    subject: String,
    /// Lines that end with `\n`.
    pub text: Zeroizing<String>,
    /// What makes a second copy of the same message known as such; none: each is another.
    pub id: Option<String>,
}

impl Mail {
    /// A mail. Of the subject, what cannot be seen is left out, and so is what is beyond 200 characters.
    #[must_use]
    pub fn new(to: AccountName, subject: &str, text: String) -> Self {
        Self { to, subject: printable(subject, LONGEST_SUBJECT), text: Zeroizing::new(text), id: None }
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// The address; never the text.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("to", &self.to).finish_non_exhaustive()
    }
}

/// An event for a webhook.
#[derive(Clone, Debug)]
pub struct WebhookEvent {
    /// The same at each attempt, so that a receiver can tell a second copy.
    pub id: String,
    /// When the attempt is made; the receiver refuses one that is old.
    pub at: Timestamp,
    /// JSON in UTF-8.
    pub body: Vec<u8>,
}

/// A message for syslog. Facility and host are the messenger's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyslogMessage {
    /// When what it tells of happened.
    pub at: Timestamp,
    /// What it tells of, as a machine reads it (the MSGID of RFC 5424): printable ASCII without spaces.
    pub kind: String,
    /// Facts, by name: the structured data.
    pub data: Vec<(String, String)>,
    /// The same for people, on one line.
    pub text: String,
}

/// Why something was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Nothing of this kind is configured.
    #[error("this server is not configured to send it")]
    NotConfigured,
    /// The other side refused it for good: the same message need not be tried again.
    #[error("refused: {answer}")]
    Refused {
        /// What it answered.
        answer: String,
    },
    /// It did not work now; later it may.
    #[error("{problem}")]
    Later {
        /// What happened.
        problem: String,
    },
}

impl Undelivered {
    /// Whether another attempt may go better.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Later { .. })
    }
}

/// What is shipped to a webhook or a syslog receiver.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stream {
    /// Notices, as people get them.
    Notices,
    /// Audit records.
    Audit,
}

/// Reaches people and other systems. Each call is one attempt, with a time limit of its own; trying again is the
/// caller's affair.
#[async_trait]
pub trait Messenger: Send + Sync + 'static {
    /// Whether mail is configured.
    fn sends_mail(&self) -> bool;

    /// Whether text messages are configured.
    fn sends_texts(&self) -> bool;

    /// Further addresses that are told what administrators are told.
    fn administrators(&self) -> &[AccountName];

    /// The names of the webhooks that want a stream.
    fn webhooks(&self, stream: Stream) -> Vec<String>;

    /// Whether there is a syslog receiver.
    fn writes_syslog(&self) -> bool;

    /// Hands a mail to the mail server.
    ///
    /// # Errors
    /// [`Undelivered`]; an answer of 5xx is a refusal for good.
    async fn mail(&self, mail: &Mail) -> Result<(), Undelivered>;

    /// Hands a text message to the gateway. It may hold a code: it is not to be logged.
    ///
    /// # Errors
    /// [`Undelivered`].
    async fn text(&self, to: &PhoneNumber, text: &str) -> Result<(), Undelivered>;

    /// Posts an event to the webhook of that name, signed.
    ///
    /// # Errors
    /// [`Undelivered`]; every answer but 410 (Gone) may be another the next time.
    async fn webhook(&self, name: &str, event: &WebhookEvent) -> Result<(), Undelivered>;

    /// Sends messages to the syslog receiver, in this order.
    ///
    /// # Errors
    /// [`Undelivered`]; then it is unknown which of them arrived.
    async fn syslog(&self, messages: &[SyslogMessage]) -> Result<(), Undelivered>;
}

/// For a process that reaches nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMessenger;

#[async_trait]
impl Messenger for NoMessenger {
    fn sends_mail(&self) -> bool {
        false
    }

    fn sends_texts(&self) -> bool {
        false
    }

    fn administrators(&self) -> &[AccountName] {
        &[]
    }

    fn webhooks(&self, _stream: Stream) -> Vec<String> {
        Vec::new()
    }

    fn writes_syslog(&self) -> bool {
        false
    }

    async fn mail(&self, _mail: &Mail) -> Result<(), Undelivered> {
        Err(Undelivered::NotConfigured)
    }

    async fn text(&self, _to: &PhoneNumber, _text: &str) -> Result<(), Undelivered> {
        Err(Undelivered::NotConfigured)
    }

    async fn webhook(&self, _name: &str, _event: &WebhookEvent) -> Result<(), Undelivered> {
        Err(Undelivered::NotConfigured)
    }

    async fn syslog(&self, _messages: &[SyslogMessage]) -> Result<(), Undelivered> {
        Err(Undelivered::NotConfigured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_subject_has_a_line_of_its_own() {
        let to: AccountName = "anna@example.test".parse().unwrap();
        let mail = Mail::new(to, "New\r\nBcc: eve@example.test\u{2028}\u{202e}x", "code 123456\n".to_owned());
        assert_eq!(mail.subject(), "NewBcc: eve@example.testx");
        assert_eq!(format!("{mail:?}"), "Mail { to: \"anna@example.test\", .. }");
    }
}
