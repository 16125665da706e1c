//! One connection of a program: handshake, then HTTP/2 or HTTP/1.1 as the handshake agreed.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::activity::Activity;
use super::check::FIELDS;
use super::request;
use super::wire::Wire;
use crate::config::Limits;
use crate::gateway::Phase;
use crate::io::{Stream, keep_alive};
use crate::listener::{Listener, Peer, Unsigned};

/// Largest head of a request, and most of a body that is held at once (HTTP/1.1). The cookies of SharePoint are the
/// largest thing in one.
const BUFFER: usize = 64 * 1024;
/// Largest head of a request in HTTP/2, as it counts (RFC 9113 §6.5.2).
const HEAD: u32 = 64 * 1024;
/// Requests at once on one connection of HTTP/2: what the RFC asks for at least (§6.5.2).
const STREAMS: u32 = 100;
/// Streams that the client opened and reset before we saw them. More is an attack ("rapid reset").
const RESETS: usize = 20;
/// What may be on its way in one stream, and in all of them.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// What may wait to be written in one stream.
const SEND_BUFFER: usize = 64 * 1024;
/// How often it is looked whether a connection has been idle for too long, as a part of the shortest limit.
const LOOKS: u32 = 3;
/// How long a connection without requests may take to close.
const CLOSING: Duration = Duration::from_secs(1);

/// What the requests of one connection share.
pub(super) struct HttpDoor {
    pub(super) listener: Arc<Listener>,
    pub(super) peer: Peer,
    pub(super) activity: Arc<Activity>,
    unsigned: Mutex<Option<Unsigned>>,
}

impl HttpDoor {
    /// A request signed in: the connection counts no more among those that have not.
    pub(super) fn signed_in(&self) {
        self.activity.signed_in();
        self.unsigned.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// One connection, from the first octet to the last.
pub(crate) async fn serve(listener: &Arc<Listener>, stream: TcpStream, peer: Peer, unsigned: Unsigned) {
    let limits = listener.shared.settings().limits.clone();
    // A program that vanished during a long poll is noticed by nothing else.
    keep_alive(&stream);
    let handshake = Box::pin(Stream::Plain(stream).accept_tls(Arc::clone(&listener.tls)));
    let stream = match timeout(limits.sign_in, handshake).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            return tracing::debug!(address = %peer.address.ip(), %error, "TLS handshake failed");
        }
        Err(_) => return tracing::debug!(address = %peer.address.ip(), "no TLS handshake in time"),
    };
    let is_http2 = stream.application_protocol() == Some(b"h2");
    let door = Arc::new(HttpDoor {
        listener: Arc::clone(listener),
        peer,
        activity: Activity::new(is_http2),
        unsigned: Mutex::new(Some(unsigned)),
    });
    if let Err(error) = Box::pin(drive(&door, stream, is_http2, &limits)).await {
        tracing::debug!(address = %peer.address.ip(), error, "connection ended");
    }
}

/// Has hyper serve requests until the connection is closed, by the client or because it is time.
async fn drive(
    door: &Arc<HttpDoor>,
    stream: Stream,
    is_http2: bool,
    limits: &Limits,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let wire = TokioIo::new(Wire::new(stream, limits.write, Some(Arc::clone(&door.activity))));
    let its_door = Arc::clone(door);
    let service = service_fn(move |request| request::answer(Arc::clone(&its_door), request));
    let builder = builder(is_http2);
    let mut connection = std::pin::pin!(builder.serve_connection(wire, service));
    let mut stopping = std::pin::pin!(stopping(door.listener.shared.phase.clone()));
    let mut is_stopping = false;
    let look = limits.http_head.min(limits.http_idle).min(limits.sign_in) / LOOKS;
    loop {
        tokio::select! {
            result = connection.as_mut() => return result,
            () = stopping.as_mut(), if !is_stopping => {
                // What is in flight goes on; afterwards the connection closes.
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = sleep(look) => {
                if door.activity.is_over(limits) {
                    connection.as_mut().graceful_shutdown();
                    return timeout(CLOSING, connection.as_mut()).await.unwrap_or(Ok(()));
                }
            }
        }
    }
}

/// Until the gateway stops.
async fn stopping(mut phase: watch::Receiver<Phase>) {
    let _ = phase.wait_for(|phase| *phase != Phase::Running).await;
}

/// What the handshake agreed holds; guessing from the first octets would let a client change its mind. There is no limit of
/// hyper's own on the time for a head, because that would hold for an idle connection too (see [`Activity`]).
fn builder(is_http2: bool) -> Builder<TokioExecutor> {
    let builder = Builder::new(TokioExecutor::new());
    let mut builder = if is_http2 { builder.http2_only() } else { builder.http1_only() };
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(BUFFER)
        .max_headers(FIELDS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD)
        .max_pending_accept_reset_streams(RESETS)
        .max_local_error_reset_streams(RESETS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER);
    builder
}
