//! From an upstream's name to a channel that can be spoken on.

use std::io;

use postern_protocols::proxy_protocol;
use tokio::net::TcpStream;

use super::{ConnectError, Opening, Target, Visitor};
use crate::config::UpstreamTls;
use crate::io::{Stream, keep_alive, send};

/// Connects, says who is there where the upstream wants a PROXY header, and does the handshake where TLS comes before
/// the first octet.
pub(super) async fn dial(opening: &Opening<'_>) -> Result<Stream, ConnectError> {
    let Opening { target, limits, visitor, .. } = opening;
    let mut stream = Stream::Plain(open(opening).await?);
    if target.config.proxy_header {
        let header = proxy_protocol::encode(visitor.and_then(Visitor::addresses));
        send(&mut stream, &header, limits.write).await.map_err(ConnectError::Broken)?;
    }
    match target.config.tls {
        UpstreamTls::Implicit => protect(stream, target).await,
        UpstreamTls::None | UpstreamTls::StartTls => Ok(stream),
    }
}

/// Tries the addresses of the upstream's name in the resolver's order.
async fn open(opening: &Opening<'_>) -> Result<TcpStream, ConnectError> {
    let config = &opening.target.config;
    let name = (config.host.as_str(), config.port);
    let addresses = tokio::net::lookup_host(name).await.map_err(ConnectError::Resolve)?;
    let mut outcome = Err(ConnectError::NoAddress);
    for address in addresses {
        let connecting = TcpStream::connect(address);
        let connected = tokio::time::timeout(opening.limits.upstream_connect, connecting).await;
        match connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(ConnectError::Broken)?;
                keep_alive(&stream);
                return Ok(stream);
            }
            Err(source) => outcome = Err(ConnectError::Connect { address, source }),
        }
    }
    outcome
}

/// Does the handshake, with the upstream's name checked.
pub(super) async fn protect(stream: Stream, target: &Target) -> Result<Stream, ConnectError> {
    let (config, name) = target.tls.clone().ok_or(ConnectError::NoTls)?;
    stream.connect_tls(config, name).await.map_err(ConnectError::Tls)
}
