//! Where programs connect.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use postern_domain::door::Door;

/// One listening socket.
#[derive(Debug, Clone)]
pub struct ListenerConfig {
    /// Names it in logs and errors, for example `submission`.
    pub name: String,
    /// Where it listens; port 0 takes a free one (see [`crate::Gateway::local_addr`]).
    pub address: SocketAddr,
    /// What is spoken there.
    pub kind: ListenerKind,
    /// How the channel is protected.
    pub tls: ListenerTls,
    /// Who reports the client's address.
    pub proxy_protocol: ProxyProtocol,
}

/// What is spoken at a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerKind {
    /// SMTP submission.
    Smtp {
        /// Advertise `AUTH=PLAIN LOGIN` too, for programs from before RFC 2554.
        legacy_auth_line: bool,
    },
    /// IMAP.
    Imap,
    /// POP3.
    Pop3,
    /// ManageSieve.
    ManageSieve,
    /// HTTP/1.1 and HTTP/2; the doors are those of [`super::HttpConfig::routes`].
    Http,
}

impl ListenerKind {
    /// The one door behind it; none: HTTP, where it depends on the request.
    #[must_use]
    pub const fn door(self) -> Option<Door> {
        match self {
            Self::Smtp { .. } => Some(Door::Smtp),
            Self::Imap => Some(Door::Imap),
            Self::Pop3 => Some(Door::Pop3),
            Self::ManageSieve => Some(Door::ManageSieve),
            Self::Http => None,
        }
    }

    /// The application protocol that clients name in TLS, where they name one: none is registered for submission, but a
    /// client that names another one, such as a browser, is refused.
    pub(crate) const fn alpn(self) -> &'static [&'static [u8]] {
        match self {
            Self::Smtp { .. } => &[b"smtp"],
            Self::Imap => &[b"imap"],
            Self::Pop3 => &[b"pop3"],
            Self::ManageSieve => &[b"managesieve"],
            Self::Http => &[b"h2", b"http/1.1"],
        }
    }
}

/// How the channel is protected. Nobody signs in over a network without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerTls {
    /// Before the first octet (RFC 8314; port 465).
    Implicit,
    /// By STARTTLS or STLS, which is required (RFC 3207; port 587). Not for HTTP.
    StartTls,
    /// By somebody else: a load balancer in front has ended TLS. Only peers on this machine and those of
    /// [`ProxyProtocol::From`] are let in. Not for HTTP.
    EndedInFront,
}

/// Whether a load balancer in front of us reports the client's address by the PROXY protocol, version 1 or 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyProtocol {
    /// Nobody does; a header is nonsense like any other.
    Off,
    /// Peers in these networks must send a header, and are closed without a word if they do not. Peers outside connect
    /// for themselves: their own address counts, and a header from them is nonsense like any other, so that nobody can
    /// claim an address.
    From(Vec<IpNet>),
}

impl ProxyProtocol {
    /// Whether `peer` must send a header.
    pub(crate) fn expects_header_from(&self, peer: IpAddr) -> bool {
        match self {
            Self::Off => false,
            Self::From(networks) => networks.iter().any(|network| network.contains(&peer.to_canonical())),
        }
    }
}
