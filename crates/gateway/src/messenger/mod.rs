//! Reaches people and other systems: mail by SMTP, text messages by an HTTP gateway, signed webhooks, syslog. One attempt
//! for each call, within a time limit; the service tries again.

mod channel;
mod config;
mod http;
mod mail;
mod syslog;
mod template;
mod text_message;
mod webhook;

pub use config::{MailServer, MessengerConfig, SyslogReceiver, SyslogTransport, TextGateway, Webhook};
pub use mail::MailSetUpError;
pub use template::{BodyTemplate, InvalidTemplate};
pub use webhook::webhook_secret;

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::account::AccountName;
use postern_domain::mfa::phone::PhoneNumber;
use postern_service::messenger::{Mail, Messenger, Stream, SyslogMessage, Undelivered, WebhookEvent};
use tokio::time::timeout;

use crate::config::Trust;
use crate::tls::client_config;
use mail::MailTransport;
use syslog::Syslog;
use text_message::Texts;
use webhook::Hook;

/// From the name's look-up to the last answer, for a mail.
const MAIL: Duration = Duration::from_secs(60);

/// The same for everything else.
const OTHERS: Duration = Duration::from_secs(15);

/// Most characters of what another side says that are kept for the operator.
const LONGEST_ANSWER: usize = 200;

/// Why a messenger cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum MessengerError {
    /// The mail server.
    #[error("mail: {0}")]
    Mail(#[from] MailSetUpError),
    /// The authorities that vouch for a receiver.
    #[error("{what}: its certificate authorities cannot be used: {source}")]
    Authorities {
        /// Which.
        what: String,
        /// Why.
        source: rustls::Error,
    },
}

/// A messenger over the network.
#[derive(Debug)]
pub struct NetworkMessenger {
    mail: Option<MailTransport>,
    texts: Option<Texts>,
    webhooks: Vec<Hook>,
    syslog: Option<Syslog>,
}

impl NetworkMessenger {
    /// Sets everything up, and connects to nobody. To be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`MessengerError`].
    pub fn new(config: MessengerConfig) -> Result<Self, MessengerError> {
        let tls = |what: &str, trust: &Trust| {
            client_config(trust, None)
                .map_err(|source| MessengerError::Authorities { what: what.to_owned(), source })
        };
        let host_name = config.host_name;
        let mail = config.mail.map(|mail| MailTransport::new(mail, &host_name)).transpose()?;
        let texts = config
            .texts
            .map(|config| tls("text_messages", &config.trust).map(|tls| Texts { config, tls }))
            .transpose()?;
        let webhooks = config.webhooks.into_iter().map(|config| {
            tls(&format!("webhook {}", config.name), &config.trust).map(|tls| Hook { config, tls })
        });
        let syslog = config
            .syslog
            .map(|config| tls("syslog", &config.trust).map(|tls| Syslog { config, tls, host_name }))
            .transpose()?;
        Ok(Self { mail, texts, webhooks: webhooks.collect::<Result<_, MessengerError>>()?, syslog })
    }

    /// Asks the mail server and the syslog receiver whether they are there; nothing is sent. Text messages and webhooks
    /// have no question that is not a message. Gives what was asked, with the answer.
    pub async fn check(&self) -> Vec<(&'static str, Result<(), Undelivered>)> {
        let mut found = Vec::new();
        if let Some(mail) = &self.mail {
            found.push(("mail", within(MAIL, mail.check()).await));
        }
        if let Some(syslog) = &self.syslog {
            found.push(("syslog", within(OTHERS, syslog.check()).await));
        }
        found
    }
}

#[async_trait]
impl Messenger for NetworkMessenger {
    fn sends_mail(&self) -> bool {
        self.mail.is_some()
    }

    fn sends_texts(&self) -> bool {
        self.texts.is_some()
    }

    fn administrators(&self) -> &[AccountName] {
        self.mail.as_ref().map_or(&[], |mail| &mail.administrators)
    }

    fn webhooks(&self, stream: Stream) -> Vec<String> {
        let wants = |hook: &&Hook| hook.config.streams.contains(&stream);
        self.webhooks.iter().filter(wants).map(|hook| hook.config.name.clone()).collect()
    }

    fn writes_syslog(&self) -> bool {
        self.syslog.is_some()
    }

    async fn mail(&self, mail: &Mail) -> Result<(), Undelivered> {
        let transport = self.mail.as_ref().ok_or(Undelivered::NotConfigured)?;
        within(MAIL, transport.send(mail)).await
    }

    async fn text(&self, to: &PhoneNumber, text: &str) -> Result<(), Undelivered> {
        let texts = self.texts.as_ref().ok_or(Undelivered::NotConfigured)?;
        within(OTHERS, texts.send(to, text)).await
    }

    async fn webhook(&self, name: &str, event: &WebhookEvent) -> Result<(), Undelivered> {
        let hook = self.webhooks.iter().find(|hook| hook.config.name == name);
        within(OTHERS, hook.ok_or(Undelivered::NotConfigured)?.post(event)).await
    }

    async fn syslog(&self, messages: &[SyslogMessage]) -> Result<(), Undelivered> {
        let syslog = self.syslog.as_ref().ok_or(Undelivered::NotConfigured)?;
        within(OTHERS, syslog.send(messages)).await
    }
}

async fn within(
    limit: Duration,
    attempt: impl Future<Output = Result<(), Undelivered>>,
) -> Result<(), Undelivered> {
    let too_slow = || Undelivered::Later { problem: format!("no answer within {} seconds", limit.as_secs()) };
    timeout(limit, attempt).await.unwrap_or_else(|_| Err(too_slow()))
}

/// A failure that may pass, with its innermost reason.
fn later(error: &(dyn Error + 'static)) -> Undelivered {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let (outer, inner) = (error.to_string(), innermost.to_string());
    let problem = if outer.contains(&inner) { outer } else { format!("{outer}: {inner}") };
    Undelivered::Later { problem: one_line(&problem) }
}

/// What another side says, on one line of bounded length.
fn one_line(text: &str) -> String {
    let visible = text.chars().map(|c| if postern_domain::text::is_unseen(c) { ' ' } else { c });
    let line: String = visible.take(LONGEST_ANSWER).collect();
    line.trim().to_owned()
}
