//! `[smtp]` and `[[smtp.listener]]`: the SMTP submission door.

use std::net::SocketAddr;

use ipnet::IpNet;

use super::entries::Entries;
use super::schema::{Absent, Key, Kind, Section};
use super::value::{HostName, Value};

/// The door's table.
pub(super) static SECTION: Section = Section {
    path: "smtp",
    repeated: false,
    summary: "The SMTP submission door (RFC 6409), where programs send mail.",
    keys: &[
        Key {
            name: "host_name",
            kind: Kind::Text,
            absent: Absent::Means("this machine's name"),
            doc: "The name in the greeting, and in the EHLO to an upstream.",
        },
        Key {
            name: "legacy_auth_line",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Advertise `AUTH=PLAIN LOGIN` too, for programs older than RFC 2554.",
        },
    ],
};

/// A listener's table.
pub(super) static LISTENER: Section = Section {
    path: "smtp.listener",
    repeated: true,
    summary: "A listener of the SMTP door. Without any: `127.0.0.1:2587` with STARTTLS and `127.0.0.1:2465` with implicit TLS.",
    keys: &[
        Key {
            name: "listen",
            kind: Kind::Text,
            absent: Absent::Required,
            doc: "Address and port, as in `0.0.0.0:465`.",
        },
        Key {
            name: "tls",
            kind: Kind::Text,
            absent: Absent::Required,
            doc: "`implicit` (TLS from the first octet: port 465, preferred by RFC 8314) or `starttls` (port 587). Signing in \
                  without TLS is never possible.",
        },
        Key {
            name: "proxy_protocol_from",
            kind: Kind::List,
            absent: Absent::Means("no PROXY header is read"),
            doc: "Networks of load balancers. Connections from there must begin with a PROXY header (v1 or v2), and the address \
                  in it is the client's; from elsewhere a header is refused.",
        },
    ],
};

/// The door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// The name in the greeting; none: the machine's.
    pub host_name: Option<HostName>,
    /// Advertise the old form.
    pub legacy_auth_line: bool,
    /// At least one.
    pub listeners: Vec<SmtpListener>,
}

/// A listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpListener {
    /// Where.
    pub listen: SocketAddr,
    /// How it is protected.
    pub tls: ListenerTls,
    /// Load balancers.
    pub proxy_protocol_from: Vec<IpNet>,
}

/// How a listener is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerTls {
    /// From the first octet.
    Implicit,
    /// After STARTTLS.
    StartTls,
}

impl Value for ListenerTls {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "implicit" => Ok(Self::Implicit),
            "starttls" => Ok(Self::StartTls),
            _ => Err("write implicit or starttls".to_owned()),
        }
    }
}

pub(super) fn read(entries: &mut Entries, listeners: Vec<SmtpListener>) -> Smtp {
    Smtp {
        host_name: entries.optional("host_name"),
        legacy_auth_line: entries.with_default("legacy_auth_line"),
        listeners: if listeners.is_empty() { default_listeners() } else { listeners },
    }
}

pub(super) fn read_listener(entries: &mut Entries) -> Option<SmtpListener> {
    let (listen, tls) = (entries.required("listen"), entries.required("tls"));
    let proxy_protocol_from = entries.list("proxy_protocol_from");
    Some(SmtpListener { listen: listen?, tls: tls?, proxy_protocol_from })
}

fn default_listeners() -> Vec<SmtpListener> {
    [(2587, ListenerTls::StartTls), (2465, ListenerTls::Implicit)]
        .map(|(port, tls)| SmtpListener {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            tls,
            proxy_protocol_from: Vec::new(),
        })
        .into()
}
