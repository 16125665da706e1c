//! Mail, handed to one mail server over SMTP.

use std::time::Duration;

use lettre::address::{Address, AddressError};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use postern_domain::account::AccountName;
use postern_service::messenger::{Mail, Undelivered};

use super::config::MailServer;
use super::{later, one_line};
use crate::config::{Trust, UpstreamTls};

/// How long one command may take.
const COMMAND: Duration = Duration::from_secs(30);

/// How long an unused connection is kept for the next mail.
const IDLE: Duration = Duration::from_secs(10);

/// Refusals that are about our signing in or our way of speaking: the next mail of the same kind may fare better once
/// the operator has looked.
const ABOUT_US: [u16; 9] = [500, 501, 502, 503, 504, 530, 534, 535, 538];

/// A mail server that can be handed mails.
pub(super) struct MailTransport {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    pub(super) administrators: Vec<AccountName>,
}

impl std::fmt::Debug for MailTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailTransport").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Why no mail server can be set up.
#[derive(Debug, thiserror::Error)]
pub enum MailSetUpError {
    /// The authorities, or this machine's trust store.
    #[error("its certificate authorities cannot be used: {0}")]
    Authorities(#[from] smtp::Error),
    /// The sender.
    #[error("the sender's address cannot be used: {0}")]
    From(#[from] AddressError),
}

/// No answer to it is wanted (RFC 3834 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl MailTransport {
    /// Sets it up; connects to nobody.
    pub(super) fn new(config: MailServer, host_name: &str) -> Result<Self, MailSetUpError> {
        let tls = match config.tls {
            UpstreamTls::None => Tls::None,
            UpstreamTls::StartTls => Tls::Required(parameters(&config)?),
            UpstreamTls::Implicit => Tls::Wrapper(parameters(&config)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.host.clone())
            .port(config.port)
            .tls(tls)
            .timeout(Some(COMMAND))
            .hello_name(ClientId::Domain(host_name.to_owned()))
            .pool_config(PoolConfig::new().max_size(2).idle_timeout(IDLE));
        if let Some((user, secret)) = &config.credentials {
            let secret = String::from_utf8_lossy(secret.expose()).into_owned();
            builder = builder.credentials(Credentials::new(user.clone(), secret));
        }
        let from = Mailbox::new(Some("Postern".to_owned()), address(&config.from)?);
        Ok(Self { transport: builder.build(), from, administrators: config.administrators })
    }

    /// Hands one mail over.
    pub(super) async fn send(&self, mail: &Mail) -> Result<(), Undelivered> {
        let refused =
            |error: &dyn std::error::Error| Undelivered::Refused { answer: one_line(&error.to_string()) };
        let to = address(&mail.to).map_err(|error| refused(&error))?;
        let domain = self.from.email.domain();
        let id = mail.id.as_ref().map(|id| format!("<{id}@{domain}>"));
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject())
            .message_id(id)
            .header(AutoSubmitted)
            .singlepart(SinglePart::plain(mail.text.to_string()))
            .map_err(|error| refused(&error))?;
        self.transport.send(message).await.map(drop).map_err(|error| undelivered(&error))
    }

    /// Whether the server answers, and takes our credentials.
    pub(super) async fn check(&self) -> Result<(), Undelivered> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Undelivered::Later { problem: "it does not answer NOOP".to_owned() }),
            Err(error) => Err(undelivered(&error)),
        }
    }
}

fn address(name: &AccountName) -> Result<Address, AddressError> {
    Address::new(name.local_part(), name.domain())
}

fn parameters(config: &MailServer) -> Result<TlsParameters, smtp::Error> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Trust::Only(authorities) = &config.trust {
        builder = builder.certificate_store(CertificateStore::None);
        for authority in authorities {
            builder = builder.add_root_certificate(Certificate::from_der(authority.to_vec())?);
        }
    }
    builder.build_rustls()
}

fn undelivered(error: &smtp::Error) -> Undelivered {
    let is_about_us = error.status().is_some_and(|code| ABOUT_US.contains(&u16::from(code)));
    if error.is_permanent() && !is_about_us {
        Undelivered::Refused { answer: one_line(&error.to_string()) }
    } else {
        later(error)
    }
}
