//! What the client role is configured with.

use std::net::{IpAddr, SocketAddr};

use crate::Secret;

/// How the channel to the upstream is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: the upstream is on the same machine or in the same protected network.
    None,
    /// STARTTLS, required: without it the handshake fails, there is no falling back.
    StartTls,
    /// TLS was established before the first octet.
    Implicit,
}

/// Fixed credentials at the upstream.
#[derive(Debug, Clone)]
pub struct Authentication {
    /// The user name there.
    pub user_name: String,
    /// The secret there.
    pub secret: Secret,
    /// Sign in over an unprotected channel too. Only for an upstream on the same machine.
    pub without_tls: bool,
}

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
