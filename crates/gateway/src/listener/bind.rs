//! Listening sockets.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait to be accepted. The kernel cuts it to `net.core.somaxconn`; after a restart all programs of a
/// site come at once.
const BACKLOG: u32 = 4_096;

/// A listening socket. The address can be had again at once after a restart (`SO_REUSEADDR`); a second process that
/// listens there is an error all the same.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    // Inherited by accepted connections: replies are short and must not wait for an acknowledgement.
    socket.set_nodelay(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
