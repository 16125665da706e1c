//! From an upstream's name to its readiness for mail.

use std::io;
use std::time::Duration;

use postern_protocols::smtp::Capabilities;
use postern_protocols::smtp::upstream::{ClientFacts, Handshake, Step};
use tokio::net::TcpStream;

use super::{ConnectError, Target};
use crate::config::{Limits, UpstreamTls};
use crate::io::{Stream, receive, send};

/// An upstream that is ready for mail.
pub(crate) struct Connection {
    /// The connection.
    pub(crate) stream: Stream,
    /// What it offers.
    pub(crate) capabilities: Capabilities,
    /// What it said beyond; nothing, if it is honest.
    pub(crate) leftover: Vec<u8>,
}

/// Connects, secures and signs in. With `facts` for a session, without for a probe, which does not sign in.
pub(crate) async fn connect(
    target: &Target,
    our_name: &str,
    facts: Option<ClientFacts>,
    limits: &Limits,
) -> Result<Connection, ConnectError> {
    let ready = tokio::time::timeout(limits.upstream_ready, async {
        let mut stream = Stream::Plain(open(target, limits.upstream_connect).await?);
        if target.config.tls == UpstreamTls::Implicit {
            stream = protect(stream, target).await?;
        }
        converse(stream, target, Handshake::new(target.handshake(our_name, facts)), limits.write).await
    });
    let connection = ready.await.unwrap_or(Err(ConnectError::TimedOut))?;
    target.learn(connection.capabilities);
    Ok(connection)
}

/// Tries the addresses of the upstream's name in the resolver's order.
pub(super) async fn open(target: &Target, limit: Duration) -> Result<TcpStream, ConnectError> {
    let name = (target.config.host.as_str(), target.config.port);
    let addresses = tokio::net::lookup_host(name).await.map_err(ConnectError::Resolve)?;
    let mut outcome = Err(ConnectError::NoAddress);
    for address in addresses {
        let connected = tokio::time::timeout(limit, TcpStream::connect(address)).await;
        match connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(ConnectError::Broken)?;
                return Ok(stream);
            }
            Err(source) => outcome = Err(ConnectError::Connect { address, source }),
        }
    }
    outcome
}

pub(super) async fn protect(stream: Stream, target: &Target) -> Result<Stream, ConnectError> {
    let (config, name) = target.tls.clone().ok_or(ConnectError::NoTls)?;
    stream.connect_tls(config, name).await.map_err(ConnectError::Tls)
}

/// Performs the steps of the client role's core.
async fn converse(
    mut stream: Stream,
    target: &Target,
    mut handshake: Handshake,
    write: Duration,
) -> Result<Connection, ConnectError> {
    loop {
        match handshake.next_step() {
            Step::NeedBytes => {
                let read = receive(&mut stream, |bytes| handshake.receive(bytes)).await;
                if read.map_err(ConnectError::Broken)? == 0 {
                    handshake.closed();
                }
            }
            Step::Send(bytes) => send(&mut stream, &bytes, write).await.map_err(ConnectError::Broken)?,
            Step::StartTls => {
                stream = protect(stream, target).await?;
                handshake.tls_established();
            }
            Step::Ready(ready) => {
                return Ok(Connection { stream, capabilities: ready.capabilities, leftover: ready.leftover });
            }
            Step::Failed(failure) => return Err(failure.into()),
        }
    }
}
