//! What a messenger is made of.

use http::{HeaderMap, Method, Uri};
use postern_domain::account::AccountName;
use postern_protocols::Secret;
use postern_service::messenger::Stream;

use super::template::BodyTemplate;
use crate::config::{Trust, UpstreamTls};

/// What can be reached, and how.
#[derive(Debug, Default)]
pub struct MessengerConfig {
    /// The mail server.
    pub mail: Option<MailServer>,
    /// The gateway for text messages.
    pub texts: Option<TextGateway>,
    /// The webhooks; no two have one name.
    pub webhooks: Vec<Webhook>,
    /// The syslog receiver.
    pub syslog: Option<SyslogReceiver>,
    /// What this machine calls itself, in `EHLO` and in syslog messages.
    pub host_name: String,
}

/// A mail server that takes mails for everybody from us.
#[derive(Debug)]
pub struct MailServer {
    /// Its host name or address; its certificate must be for that name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the channel is protected. There is no falling back.
    pub tls: UpstreamTls,
    /// Who vouches for its certificate.
    pub trust: Trust,
    /// With what we sign in, where it asks for that.
    pub credentials: Option<(String, Secret)>,
    /// The sender.
    pub from: AccountName,
    /// Who is told, beside the global administrators, what concerns the administrators.
    pub administrators: Vec<AccountName>,
}

/// A service that sends text messages, asked over HTTP.
#[derive(Debug)]
pub struct TextGateway {
    /// Its address: `https`, on this machine `http` too.
    pub uri: Uri,
    /// The method.
    pub method: Method,
    /// Headers; secret ones are marked as sensitive.
    pub headers: HeaderMap,
    /// The body, with the places of number and text.
    pub body: BodyTemplate,
    /// The statuses that mean that it was taken; none: 200 to 299.
    pub success: Vec<u16>,
    /// Who vouches for its certificate.
    pub trust: Trust,
}

/// A receiver of events by HTTP, signed as Standard Webhooks says.
#[derive(Debug)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// Its address: `https`, on this machine `http` too.
    pub uri: Uri,
    /// The secret that both know.
    pub secret: Secret,
    /// What it wants.
    pub streams: Vec<Stream>,
    /// Who vouches for its certificate.
    pub trust: Trust,
}

/// A receiver of syslog messages (RFC 5424).
#[derive(Debug)]
pub struct SyslogReceiver {
    /// How it is spoken to.
    pub transport: SyslogTransport,
    /// Its host name or address; over TLS its certificate must be for that name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The facility's number, 0 to 23 (RFC 5424 6.2.1).
    pub facility: u8,
    /// Who vouches for its certificate.
    pub trust: Trust,
}

/// How a syslog receiver is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyslogTransport {
    /// One datagram for each message (RFC 5426). What is lost is not noticed.
    Udp,
    /// Messages after their lengths (RFC 6587 3.4.1), without protection.
    Tcp,
    /// The same over TLS (RFC 5425).
    Tls,
}
