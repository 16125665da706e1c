//! `[[smtp.listener]]`, `[[imap.listener]]`, `[[pop3.listener]]`, `[[managesieve.listener]]`, `[[http.listener]]`: where
//! programs connect.

use std::net::SocketAddr;

use ipnet::IpNet;

use super::entries::Entries;
use super::schema::{Absent, Key, Kind, Section};
use super::value::Value;

/// What is spoken at a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// SMTP submission.
    Smtp,
    /// IMAP.
    Imap,
    /// POP3.
    Pop3,
    /// ManageSieve.
    ManageSieve,
    /// HTTP.
    Http,
}

impl Protocol {
    /// Every protocol, in the order in which lists show them.
    pub const ALL: [Self; 5] = [Self::Smtp, Self::Imap, Self::Pop3, Self::ManageSieve, Self::Http];

    /// The name of its sections.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::ManageSieve => "managesieve",
            Self::Http => "http",
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::ManageSieve => "ManageSieve",
            Self::Http => "HTTP",
        }
    }

    /// The table of its listeners.
    pub(super) const fn listeners(self) -> &'static Section {
        match self {
            Self::Smtp => &SMTP,
            Self::Imap => &IMAP,
            Self::Pop3 => &POP3,
            Self::ManageSieve => &MANAGESIEVE,
            Self::Http => &HTTP,
        }
    }
}

/// A listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Where.
    pub listen: SocketAddr,
    /// How it is protected.
    pub tls: ListenerTls,
    /// Load balancers.
    pub proxy_protocol_from: Vec<IpNet>,
}

impl Listener {
    /// One that listens on loopback, as the defaults do.
    pub(super) const fn on_loopback(port: u16, tls: ListenerTls) -> Self {
        let listen = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port);
        Self { listen, tls, proxy_protocol_from: Vec::new() }
    }
}

/// How a listener is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerTls {
    /// From the first octet.
    Implicit,
    /// After STARTTLS (POP3: STLS).
    StartTls,
    /// A load balancer in front has ended it.
    EndedInFront,
}

impl ListenerTls {
    /// What somebody reads about it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Implicit => "TLS",
            Self::StartTls => "STARTTLS",
            Self::EndedInFront => "TLS ended in front",
        }
    }
}

impl Value for ListenerTls {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "implicit" => Ok(Self::Implicit),
            "starttls" => Ok(Self::StartTls),
            "none" => Ok(Self::EndedInFront),
            _ => Err("write implicit or starttls, or, behind a load balancer that ends TLS, none".to_owned()),
        }
    }
}

const fn listen(doc: &'static str) -> Key {
    Key { name: "listen", kind: Kind::Text, absent: Absent::Required, doc }
}

const fn tls(doc: &'static str) -> Key {
    Key { name: "tls", kind: Kind::Text, absent: Absent::Required, doc }
}

const PROXY_PROTOCOL_FROM: Key = Key {
    name: "proxy_protocol_from",
    kind: Kind::List,
    absent: Absent::Means("no PROXY header is read"),
    doc: "Networks of load balancers. Connections from there must begin with a PROXY header (v1 or v2), and the address \
          in it is the client's; from elsewhere a header is refused.",
};

static SMTP: Section = Section {
    path: "smtp.listener",
    repeated: true,
    summary: "A listener of the SMTP door. Without any: `127.0.0.1:2587` with STARTTLS and `127.0.0.1:2465` with implicit TLS.",
    keys: &[
        listen("Address and port, as in `0.0.0.0:465`."),
        tls(
            "`implicit` (TLS from the first octet: port 465, preferred by RFC 8314) or `starttls` (port 587). `none` is for a load balancer that ends TLS: peers on this machine and in `proxy_protocol_from` are let in, no others.",
        ),
        PROXY_PROTOCOL_FROM,
    ],
};

static IMAP: Section = Section {
    path: "imap.listener",
    repeated: true,
    summary: "A listener of the IMAP door, where programs read mail. Without any, this door is closed.",
    keys: &[
        listen("Address and port, as in `0.0.0.0:993`."),
        tls(
            "`implicit` (TLS from the first octet: port 993, preferred by RFC 8314) or `starttls` (port 143). `none` is for a load balancer that ends TLS: peers on this machine and in `proxy_protocol_from` are let in, no others.",
        ),
        PROXY_PROTOCOL_FROM,
    ],
};

static POP3: Section = Section {
    path: "pop3.listener",
    repeated: true,
    summary: "A listener of the POP3 door, where programs fetch mail. Without any, this door is closed.",
    keys: &[
        listen("Address and port, as in `0.0.0.0:995`."),
        tls(
            "`implicit` (TLS from the first octet: port 995, preferred by RFC 8314) or `starttls` (STLS: port 110). `none` is for a load balancer that ends TLS: peers on this machine and in `proxy_protocol_from` are let in, no others.",
        ),
        PROXY_PROTOCOL_FROM,
    ],
};

static MANAGESIEVE: Section = Section {
    path: "managesieve.listener",
    repeated: true,
    summary: "A listener of the ManageSieve door, where programs edit mail filters. Without any, this door is closed.",
    keys: &[
        listen("Address and port, as in `0.0.0.0:4190`."),
        tls(
            "`starttls` (port 4190, what programs expect) or `implicit` (TLS from the first octet). `none` is for a load balancer that ends TLS: peers on this machine and in `proxy_protocol_from` are let in, no others.",
        ),
        PROXY_PROTOCOL_FROM,
    ],
};

static HTTP: Section = Section {
    path: "http.listener",
    repeated: true,
    summary: "A listener for HTTPS (HTTP/1.1 and HTTP/2), behind which the doors of HTTP are: `ews`, `activesync`, `mapi`, \
              `autodiscover`, `oab`, `dav`, `sharepoint` and `http`. Without any, they are closed.",
    keys: &[listen("Address and port, as in `0.0.0.0:443`."), PROXY_PROTOCOL_FROM],
};

/// Reads a listener; HTTP is always protected from the first octet.
pub(super) fn read(entries: &mut Entries, protocol: Protocol) -> Option<Listener> {
    let listen = entries.required("listen");
    let tls = if protocol == Protocol::Http { Some(ListenerTls::Implicit) } else { entries.required("tls") };
    let proxy_protocol_from = entries.list("proxy_protocol_from");
    Some(Listener { listen: listen?, tls: tls?, proxy_protocol_from })
}
