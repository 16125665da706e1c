//! What the client role is configured with.

use std::net::{IpAddr, SocketAddr};

use super::{Authentication, Tls};

/// What the upstream is told about the client by XCLIENT (Postfix XCLIENT_README). Attributes that the upstream does
/// not list are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFacts {
    /// `ADDR`.
    pub address: IpAddr,
    /// `PORT`.
    pub port: Option<u16>,
    /// `NAME`; `None` is sent as `[UNAVAILABLE]`.
    pub name: Option<String>,
    /// `HELO`: the name that the client gave.
    pub helo: Option<String>,
    /// `LOGIN`: the account's user name.
    pub login: Option<String>,
    /// `DESTADDR` and `DESTPORT`.
    pub destination: Option<SocketAddr>,
}

/// Everything for one handshake.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Our name in EHLO: a domain or an address literal.
    pub client_name: String,
    /// How the channel is protected.
    pub tls: Tls,
    /// Send XCLIENT, and fail if it is not offered.
    pub xclient: Option<ClientFacts>,
    /// Sign in, and fail if it is not possible.
    pub authentication: Option<Authentication>,
}
