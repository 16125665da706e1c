//! What happens to every request before a page sees it, and to every answer after.

use std::net::IpAddr;

/// The other end of the socket, put into each request by [`crate::serve`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeerAddress(pub IpAddr);
