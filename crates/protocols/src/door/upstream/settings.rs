//! What the client role is configured with.

use std::net::IpAddr;

use super::{Authentication, Tls};

/// What the upstream is told about the client. An upstream that does not trust our address may ignore it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFacts {
    /// The client's address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// A name of this session for the upstream's log: letters, digits and `-`, at most 64.
    pub session: String,
    /// How many proxies may stand behind us (Dovecot's protection against loops).
    pub hops_left: u8,
}

/// Everything for one handshake.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How the channel is protected.
    pub tls: Tls,
    /// Forward the client's address, and fail if the upstream does not offer it: IMAP by ID, POP3 by XCLIENT. Not for
    /// ManageSieve.
    pub client: Option<ClientFacts>,
    /// How to sign in; none: not at all, somebody only wants to know whether the upstream is there.
    pub authentication: Option<Authentication>,
}

impl ClientFacts {
    /// Whether the session's name can stand in a command.
    pub(crate) fn can_be_sent(&self) -> bool {
        (1..=64).contains(&self.session.len())
            && self.session.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
    }
}
