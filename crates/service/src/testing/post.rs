//! A messenger of mail and text messages that keeps them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use postern_domain::account::AccountName;
use postern_domain::mfa::phone::PhoneNumber;

use crate::messenger::{Mail, Messenger, Stream, SyslogMessage, Undelivered, WebhookEvent};

/// Keeps what is sent, each message after where it goes.
#[derive(Default)]
pub(crate) struct Post {
    sent: Mutex<Vec<(String, String)>>,
    is_down: AtomicBool,
    asked: AtomicUsize,
}

impl Post {
    fn keep(&self, to: &str, text: &str) -> Result<(), Undelivered> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.is_down.load(Ordering::SeqCst) {
            return Err(Undelivered::Later { problem: "451 try later".to_owned() });
        }
        self.sent.lock().unwrap().push((to.to_owned(), text.to_owned()));
        Ok(())
    }

    /// Fails from now on, or no more.
    pub(crate) fn fail(&self, down: bool) {
        self.is_down.store(down, Ordering::SeqCst);
    }

    /// How often it was asked to send something, successfully or not.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Takes out what was sent.
    pub(crate) fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }

    /// The newest message's destination and code.
    pub(crate) fn code(&self) -> (String, String) {
        let (to, text) = self.sent.lock().unwrap().last().cloned().expect("something was sent");
        (to, text.chars().take(6).collect())
    }
}

#[async_trait]
impl Messenger for Post {
    fn sends_mail(&self) -> bool {
        true
    }
    fn sends_texts(&self) -> bool {
        true
    }
    fn administrators(&self) -> &[AccountName] {
        &[]
    }
    fn webhooks(&self, _: Stream) -> Vec<String> {
        Vec::new()
    }
    fn writes_syslog(&self) -> bool {
        false
    }
    async fn mail(&self, mail: &Mail) -> Result<(), Undelivered> {
        self.keep(mail.to.as_str(), &mail.text)
    }
    async fn text(&self, to: &PhoneNumber, text: &str) -> Result<(), Undelivered> {
        self.keep(to.as_str(), text)
    }
    async fn webhook(&self, _: &str, _: &WebhookEvent) -> Result<(), Undelivered> {
        Err(Undelivered::NotConfigured)
    }
    async fn syslog(&self, _: &[SyslogMessage]) -> Result<(), Undelivered> {
        Err(Undelivered::NotConfigured)
    }
}
