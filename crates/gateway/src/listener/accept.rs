//! The accept loop of one listener.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use postern_protocols::door::ShutDown;
use postern_protocols::smtp::bye;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tracing::Instrument;

use super::admission::Open;
use super::{Peer, proxy_header};
use crate::config::{ListenerConfig, ListenerKind, ListenerTls};
use crate::gateway::{Phase, Shared};
use crate::http;
use crate::io::{Stream, say_and_close};
use crate::mailbox::{self, Imap, ManageSieve, Pop3, Protocol};
use crate::smtp;

/// How long to wait when the machine has no more file descriptors or memory: long enough not to spin, short enough that
/// nobody's patience ends.
const OUT_OF_RESOURCES: Duration = Duration::from_millis(100);

/// What the connections of one listener share.
pub(crate) struct Listener {
    /// Its settings.
    pub(crate) config: ListenerConfig,
    /// TLS as the server.
    pub(crate) tls: Arc<ServerConfig>,
    /// What the whole gateway shares.
    pub(crate) shared: Arc<Shared>,
}

/// Accepts until the gateway stops, each connection in a task of its own.
pub(crate) async fn accept_all(
    listener: Arc<Listener>,
    socket: TcpListener,
    mut phase: watch::Receiver<Phase>,
) {
    loop {
        let accepted = tokio::select! {
            _ = phase.wait_for(|phase| *phase != Phase::Running) => return,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let span = tracing::info_span!("connection", listener = listener.config.name);
                tokio::spawn(serve(Arc::clone(&listener), stream, phase.clone()).instrument(span));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(listener = listener.config.name, %error, "cannot accept connections; raise the limit of open files");
                tokio::time::sleep(OUT_OF_RESOURCES).await;
            }
        }
    }
}

/// Whether the error concerns a connection that broke while it waited, so that the next one can be had at once.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// One connection, from its admission to its end; cut off when the gateway's patience ends.
async fn serve(listener: Arc<Listener>, stream: TcpStream, mut phase: watch::Receiver<Phase>) {
    let work = async {
        let Some(open) = listener.shared.admission.open(&listener.shared.settings().limits) else {
            return Box::pin(turn_away(&listener, stream, "too many connections")).await;
        };
        serve_admitted(&listener, stream, open).await;
    };
    // Also when the gateway was dropped without being shut down.
    tokio::select! {
        () = work => {}
        _ = phase.wait_for(|phase| *phase == Phase::Killed) => {}
    }
}

async fn serve_admitted(listener: &Arc<Listener>, mut stream: TcpStream, open: Open) {
    let settings = listener.shared.settings();
    let (Ok(address), Ok(destination)) = (stream.peer_addr(), stream.local_addr()) else { return };
    let mut peer = Peer { address, destination };
    // Not every platform lets accepted sockets inherit it.
    let _ = stream.set_nodelay(true);
    let is_balancer = listener.config.proxy_protocol.expects_header_from(address.ip());
    if listener.config.tls == ListenerTls::EndedInFront && !is_balancer && !is_this_machine(address.ip()) {
        return tracing::warn!(address = %address.ip(), "connection closed: it has no TLS, and no load balancer has ended it");
    }
    if is_balancer {
        let header = Box::pin(proxy_header::read(&mut stream, peer));
        match tokio::time::timeout(settings.limits.proxy_header, header).await {
            Ok(Ok(reported)) => peer = reported,
            Ok(Err(error)) => {
                return tracing::warn!(balancer = %address.ip(), %error, "connection closed: no PROXY header");
            }
            Err(_) => {
                return tracing::warn!(balancer = %address.ip(), "connection closed: no PROXY header in time");
            }
        }
    }
    let Some(unsigned) = listener.shared.admission.unsigned(peer.address.ip(), &settings.limits) else {
        let address = peer.address.ip();
        tracing::warn!(%address, "connection turned away: too many that have not signed in");
        return Box::pin(turn_away(listener, stream, "too many that have not signed in")).await;
    };
    match listener.config.kind {
        ListenerKind::Smtp { .. } => smtp::serve(listener, stream, peer, unsigned).await,
        ListenerKind::Imap => mailbox::serve::<Imap>(listener, stream, peer, unsigned).await,
        ListenerKind::Pop3 => mailbox::serve::<Pop3>(listener, stream, peer, unsigned).await,
        ListenerKind::ManageSieve => mailbox::serve::<ManageSieve>(listener, stream, peer, unsigned).await,
        ListenerKind::Http => Box::pin(http::serve(listener, stream, peer, unsigned)).await,
    }
    drop(open);
}

/// Whether a peer is on this machine, by whichever spelling of its address.
fn is_this_machine(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

/// Says why and closes. Where TLS comes first there are no words for it: a handshake is what we have no room for.
async fn turn_away(listener: &Listener, stream: TcpStream, why: &'static str) {
    tracing::debug!(why, "connection turned away");
    if listener.config.tls != ListenerTls::Implicit {
        let reason = ShutDown::TooManyConnections;
        let words = match listener.config.kind {
            ListenerKind::Smtp { .. } => bye(reason, &listener.shared.settings().host_name),
            ListenerKind::Imap => Imap::bye(reason),
            ListenerKind::Pop3 => Pop3::bye(reason),
            ListenerKind::ManageSieve => ManageSieve::bye(reason),
            ListenerKind::Http => Vec::new(),
        };
        say_and_close(Stream::Plain(stream), &words).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_every_spelling() {
        let is_here = |address: &str| is_this_machine(address.parse().unwrap());
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(is_here(address), "{address}");
        }
        for address in ["10.0.0.1", "0.0.0.0", "::", "::ffff:10.0.0.1", "fe80::1"] {
            assert!(!is_here(address), "{address}");
        }
    }
}
