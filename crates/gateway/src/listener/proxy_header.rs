//! The PROXY header, read off the socket to the octet: what follows it belongs to TLS or SMTP.

use std::io;

use postern_protocols::proxy_protocol::{Decoded, MAX_HEADER, ProxyError, Versions, decode};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::Peer;

/// Why a listed peer's connection is closed.
#[derive(Debug, thiserror::Error)]
pub(super) enum HeaderError {
    /// The peer went away, or the socket broke.
    #[error("the connection broke before the PROXY header was whole: {0}")]
    Io(#[from] io::Error),
    /// What it sent is no header.
    #[error(transparent)]
    Header(#[from] ProxyError),
}

/// Reads the header that a listed peer must send. LOCAL and UNKNOWN keep the addresses of the socket.
///
/// The octets are peeked at first and only taken as far as they are the header's: while it is incomplete all of them
/// are.
pub(super) async fn read(stream: &mut TcpStream, socket: Peer) -> Result<Peer, HeaderError> {
    let mut header = Vec::new();
    let mut peeked = [0; 512];
    loop {
        let count = stream.peek(&mut peeked).await?;
        if count == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let taken = header.len();
        header.extend_from_slice(&peeked[..count]);
        match decode(&header, Versions { v1: true, v2: true })? {
            Decoded::Complete { addresses, consumed } => {
                stream.read_exact(&mut peeked[..consumed - taken]).await?;
                return Ok(addresses.map_or(socket, |addresses| Peer {
                    address: addresses.source,
                    destination: addresses.destination,
                }));
            }
            Decoded::Incomplete if header.len() >= MAX_HEADER => return Err(ProxyError::TooLong.into()),
            Decoded::Incomplete => {
                stream.read_exact(&mut peeked[..count]).await?;
            }
        }
    }
}
