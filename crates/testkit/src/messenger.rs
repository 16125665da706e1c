//! [`RecordingMessenger`]: keeps what was to be sent, and fails on demand.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use postern_domain::account::AccountName;
use postern_domain::mfa::phone::PhoneNumber;
use postern_service::messenger::{Mail, Messenger, Stream, SyslogMessage, Undelivered, WebhookEvent};

/// What a messenger was given.
#[derive(Debug, Default)]
struct Sent {
    mails: Vec<Mail>,
    texts: Vec<(PhoneNumber, String)>,
    events: Vec<(String, WebhookEvent)>,
    syslog: Vec<SyslogMessage>,
    failures: Vec<Undelivered>,
}

/// A messenger that keeps what it is given. Mail, text messages, one webhook (`hook`, for everything) and syslog are
/// configured.
#[derive(Debug, Default)]
pub struct RecordingMessenger {
    sent: Mutex<Sent>,
    administrators: Vec<AccountName>,
}

impl RecordingMessenger {
    /// The next attempts fail so, one after the other.
    pub fn fail_next(&self, failures: impl IntoIterator<Item = Undelivered>) {
        self.sent().failures.extend(failures);
    }

    /// Takes out the mails so far.
    #[must_use]
    pub fn take_mails(&self) -> Vec<Mail> {
        std::mem::take(&mut self.sent().mails)
    }

    /// Takes out the text messages so far.
    #[must_use]
    pub fn take_texts(&self) -> Vec<(PhoneNumber, String)> {
        std::mem::take(&mut self.sent().texts)
    }

    /// Takes out the events so far, each with its webhook.
    #[must_use]
    pub fn take_events(&self) -> Vec<(String, WebhookEvent)> {
        std::mem::take(&mut self.sent().events)
    }

    /// Takes out the syslog messages so far.
    #[must_use]
    pub fn take_syslog(&self) -> Vec<SyslogMessage> {
        std::mem::take(&mut self.sent().syslog)
    }

    fn sent(&self) -> MutexGuard<'_, Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempt(&self, keep: impl FnOnce(&mut Sent)) -> Result<(), Undelivered> {
        let mut sent = self.sent();
        if sent.failures.is_empty() {
            keep(&mut sent);
            return Ok(());
        }
        Err(sent.failures.remove(0))
    }
}

#[async_trait]
impl Messenger for RecordingMessenger {
    fn sends_mail(&self) -> bool {
        true
    }

    fn sends_texts(&self) -> bool {
        true
    }

    fn administrators(&self) -> &[AccountName] {
        &self.administrators
    }

    fn webhooks(&self, _stream: Stream) -> Vec<String> {
        vec!["hook".to_owned()]
    }

    fn writes_syslog(&self) -> bool {
        true
    }

    async fn mail(&self, mail: &Mail) -> Result<(), Undelivered> {
        self.attempt(|sent| sent.mails.push(mail.clone()))
    }

    async fn text(&self, to: &PhoneNumber, text: &str) -> Result<(), Undelivered> {
        self.attempt(|sent| sent.texts.push((to.clone(), text.to_owned())))
    }

    async fn webhook(&self, name: &str, event: &WebhookEvent) -> Result<(), Undelivered> {
        self.attempt(|sent| sent.events.push((name.to_owned(), event.clone())))
    }

    async fn syslog(&self, messages: &[SyslogMessage]) -> Result<(), Undelivered> {
        self.attempt(|sent| sent.syslog.extend_from_slice(messages))
    }
}
