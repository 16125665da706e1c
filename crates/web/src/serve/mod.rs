//! The portal's TLS listener.

mod connection;
mod counted;
mod places;
mod unread;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use places::Places;

/// The protocols that a TLS configuration for the portal offers (RFC 7301), best first. A client that offers others
/// only is refused in the handshake. [`serve`] puts them into every configuration that it is given.
pub const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Bounds on what clients may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServeLimits {
    /// Connections at once; a further one waits in the operating system's queue. A connection holds about 40 KiB.
    pub connections: usize,
    /// Connections at once from one network (an IPv4 address, an IPv6 /64); a further one is closed. Browsers open at most 6. Raise it behind a proxy.
    pub connections_per_address: usize,
    /// From the first octet to the end of the TLS handshake.
    pub handshake: Duration,
    /// For the head of a request, and between two requests.
    pub head: Duration,
    /// How long what is left of a body is waited for when the answer is ready without it, so that a client that still sends
    /// does not lose the answer.
    pub unread: Duration,
    /// How long a client may take nothing of what is written to it.
    pub write: Duration,
    /// A connection older than this is asked to end after the request that it is serving.
    pub lifetime: Duration,
    /// What is left after that, and after a shutdown began, before the connection is cut.
    pub drain: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_address: 64,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            unread: Duration::from_secs(2),
            write: Duration::from_secs(30),
            lifetime: Duration::from_secs(600),
            drain: Duration::from_secs(10),
        }
    }
}

/// Serves `router` over TLS until `shutdown` completes, then drains. HTTP/2 and HTTP/1.1 (RFC 9113, RFC 9112); plain
/// HTTP on the port is answered by closing the connection. A new TLS configuration in `tls` holds from the next
/// connection on, so that a renewed certificate needs no restart.
///
/// It returns when every connection has ended or was cut.
pub async fn serve(
    listener: TcpListener,
    tls: watch::Receiver<Arc<ServerConfig>>,
    router: Router,
    limits: ServeLimits,
    shutdown: impl Future<Output = ()> + Send,
) {
    let places = Places::new(limits.connections, limits.connections_per_address);
    let (end, ending) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let place = tokio::select! {
            () = &mut shutdown => break,
            place = places.wait() => place,
        };
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let Some(place) = places.take(place, peer.ip()) else { continue };
                let config = with_alpn(&tls.borrow());
                let router = router.clone();
                let ending = ending.clone();
                connections.spawn(async move {
                    connection::run(stream, peer, config, router, limits, ending).await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, mostly. Turning around at once would only burn the processor.
                tracing::warn!(%error, "the portal could not accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    // Connections still hold receivers; without any, there is nobody to tell.
    let _ = end.send(true);
    while connections.join_next().await.is_some() {}
}

fn with_alpn(config: &Arc<ServerConfig>) -> Arc<ServerConfig> {
    if config.alpn_protocols.iter().map(Vec::as_slice).eq(ALPN) {
        return Arc::clone(config);
    }
    let mut config = ServerConfig::clone(config);
    config.alpn_protocols = ALPN.iter().map(|protocol| protocol.to_vec()).collect();
    Arc::new(config)
}
