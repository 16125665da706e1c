//! Accepting connections: sockets, admission, and the PROXY header.

mod accept;
mod admission;
mod bind;
mod proxy_header;

pub(crate) use accept::{Listener, accept_all};
pub(crate) use admission::{Admission, Unsigned};
pub(crate) use bind::bind;

use std::net::SocketAddr;

/// Who is at the other end, as the socket or a trusted load balancer says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    /// The program's address.
    pub(crate) address: SocketAddr,
    /// What it connected to.
    pub(crate) destination: SocketAddr,
}
