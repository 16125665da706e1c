//! `[syslog]`: the receiver of audit records by syslog.

use std::path::Path;

use postern_gateway::messenger::SyslogTransport;
use rustls_pki_types::CertificateDer;

use super::{CA_FILE, text};
use crate::config::entries::Entries;
use crate::config::provider::read_authorities;
use crate::config::schema::{Absent, Key, Kind, Section};
use crate::config::value::{HostName, Port, Value};

/// The section's table.
pub(in crate::config) static SECTION: Section = Section {
    path: "syslog",
    repeated: false,
    summary: "A syslog receiver that gets every audit record as it is written, as a message of RFC 5424. Over `tcp` and `tls` \
              each comes at least once and in order; what is lost over `udp` is not noticed.",
    keys: &[
        text(
            "host",
            Absent::Required,
            "Its host name or address; over `tls` its certificate must be for that name.",
        ),
        text("transport", Absent::Default("tls"), "`tls` (RFC 5425), `tcp` (RFC 6587) or `udp` (RFC 5426)."),
        Key {
            name: "port",
            kind: Kind::Whole,
            absent: Absent::Means("6514 for `tls`, otherwise 514"),
            doc: "Its port.",
        },
        text(
            "facility",
            Absent::Default("authpriv"),
            "The facility: `auth`, `authpriv`, `daemon`, `user`, or `local0` to `local7`.",
        ),
        CA_FILE,
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syslog {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How it is spoken to.
    pub transport: SyslogTransport,
    /// The facility's number.
    pub facility: u8,
    /// The only authorities of its certificate; none: this machine's.
    pub authorities: Option<Vec<CertificateDer<'static>>>,
}

impl Value for SyslogTransport {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "tls" => Ok(Self::Tls),
            "tcp" => Ok(Self::Tcp),
            "udp" => Ok(Self::Udp),
            _ => Err("write tls, tcp or udp".to_owned()),
        }
    }
}

/// RFC 5424 6.2.1.
struct Facility(u8);

impl Value for Facility {
    fn read(text: &str) -> Result<Self, String> {
        let local = text.strip_prefix("local").and_then(|number| number.parse().ok());
        match (text, local) {
            ("user", _) => Ok(Self(1)),
            ("daemon", _) => Ok(Self(3)),
            ("auth", _) => Ok(Self(4)),
            ("authpriv", _) => Ok(Self(10)),
            (_, Some(number @ 0..=7)) => Ok(Self(16 + number)),
            _ => Err("write auth, authpriv, daemon, user, or local0 to local7".to_owned()),
        }
    }
}

pub(in crate::config) fn read(entries: &mut Entries, folder: &Path) -> Option<Syslog> {
    if entries.line() == 0 {
        return None;
    }
    let host = entries.required::<HostName>("host");
    let transport = entries.with_default::<SyslogTransport>("transport");
    let usual = if transport == SyslogTransport::Tls { 6514 } else { 514 };
    let port = entries.optional::<Port>("port").map_or(usual, |port| port.0);
    let facility = entries.with_default::<Facility>("facility").0;
    let authorities = read_authorities(entries, folder);
    Some(Syslog { host: host?.0, port, transport, facility, authorities: authorities? })
}
