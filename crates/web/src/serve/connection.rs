//! One connection: handshake, then HTTP/2 or HTTP/1.1 as the handshake agreed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use http::header;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::ServeLimits;
use super::counted::Counted;
use super::unread::lend;
use crate::middleware::PeerAddress;

/// Octets of a request's head: enough for the longest cookie and address, small enough to hold a thousand.
const HEAD_OCTETS: u32 = 16 * 1024;
/// Streams of one HTTP/2 connection at once; a page needs four.
const STREAMS: u32 = 32;
/// Header fields of a request; browsers send about 20.
const HEADER_FIELDS: usize = 64;

/// What a client of HTTP/2 sends first (RFC 9113 3.4).
const PREFACE_OCTETS: usize = 24;

/// Serves one connection to its end.
pub(super) async fn run(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Arc<ServerConfig>,
    router: Router,
    limits: ServeLimits,
    mut ending: watch::Receiver<bool>,
) {
    // A failed option costs 40 ms on an answer, no more.
    let _ = stream.set_nodelay(true);
    // Plain HTTP fails here too, and so does a client that offers other protocols only: the connection is closed.
    let handshake = timeout(limits.handshake, TlsAcceptor::from(tls).accept(stream));
    let stream = tokio::select! {
        done = handshake => match done {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return tracing::debug!(%peer, %error, "no TLS handshake"),
            Err(_) => return tracing::debug!(%peer, "the TLS handshake took too long"),
        },
        _ = ending.wait_for(|ending| *ending) => return,
    };
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    converse(stream, is_http2, peer, router, limits, ending).await;
}

/// Serves requests on a stream until it ends.
async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    is_http2: bool,
    peer: SocketAddr,
    router: Router,
    limits: ServeLimits,
    mut ending: watch::Receiver<bool>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(PeerAddress(peer.ip()));
        // Who waits to be told to go on sends nothing of the body before, and asking for it would tell them (RFC 9110 10.1.1).
        let waits = request.headers().contains_key(header::EXPECT);
        let (head, body) = request.into_parts();
        let (body, rest) = lend(body);
        let answer = router.clone().oneshot(Request::from_parts(head, Body::new(body)));
        async move {
            let answer = answer.await;
            if !waits {
                rest.read_out(limits.unread).await;
            }
            answer
        }
    });
    let builder = http(is_http2, limits);
    let (stream, octets) = Counted::new(stream, limits.write);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        result = connection.as_mut() => {
            return if let Err(error) = result { tracing::debug!(%peer, error, "connection ended") };
        }
        () = silent(is_http2, &octets, limits) => {
            return tracing::debug!(%peer, "the preface of HTTP/2 took too long");
        }
        () = tokio::time::sleep(limits.lifetime) => {}
        _ = ending.wait_for(|ending| *ending) => {}
    }
    connection.as_mut().graceful_shutdown();
    // What is not drained by then is cut: the connection is dropped either way.
    let _ = timeout(limits.drain, connection).await;
}

/// Ends when the preface of HTTP/2 did not come in time: hyper waits for it as long as the client likes, and asks whether the
/// client is still there from then on only. For HTTP/1.1 it has a limit of its own.
async fn silent(is_http2: bool, octets: &AtomicUsize, limits: ServeLimits) {
    tokio::time::sleep(limits.head).await;
    if !is_http2 || octets.load(Ordering::Relaxed) >= PREFACE_OCTETS {
        std::future::pending::<()>().await;
    }
}

/// What hyper answers by itself never reaches the router and its headers: 400 to what is no HTTP, 408 to a head that does
/// not come, 431 to one that is too large. These answers have no body, so that there is nothing for the security
/// headers to protect.
fn http(is_http2: bool, limits: ServeLimits) -> auto::Builder<TokioExecutor> {
    let builder = auto::Builder::new(TokioExecutor::new());
    // What the handshake agreed holds; guessing from the first octets would let a client change its mind.
    let mut builder = if is_http2 { builder.http2_only() } else { builder.http1_only() };
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_OCTETS as usize)
        .max_headers(HEADER_FIELDS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_OCTETS)
        .keep_alive_interval(limits.head)
        .keep_alive_timeout(limits.head);
    builder
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /// A page longer than what fits on the way to the client.
    fn long_page() -> Router {
        Router::new().fallback(async || "a".repeat(100_000))
    }

    /// Serves a client that sends that and no more and reads nothing, to the end of its connection.
    async fn serve_silent(is_http2: bool, sent: &[u8]) {
        let (mut client, server) = tokio::io::duplex(4096);
        client.write_all(sent).await.unwrap();
        let (_end, ending) = watch::channel(false);
        let short = Duration::from_millis(20);
        let limits = ServeLimits { head: short, write: short, ..ServeLimits::default() };
        let peer = ([192, 0, 2, 7], 50_000).into();
        converse(server, is_http2, peer, long_page(), limits, ending).await;
        drop(client);
    }

    /// A frame of HTTP/2 (RFC 9113 4.1).
    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
    }

    /// Reads frames up to the one that is wanted, and gives the kinds of those of stream 1.
    async fn up_to(client: &mut tokio::io::DuplexStream, wanted: impl Fn(u8, u8, u8) -> bool) -> Vec<u8> {
        let mut kinds = Vec::new();
        loop {
            let mut head = [0; 9];
            client.read_exact(&mut head).await.unwrap();
            let [_, high, low, kind, flags, .., stream] = head;
            let mut payload = vec![0; usize::from(high) << 8 | usize::from(low)];
            client.read_exact(&mut payload).await.unwrap();
            if stream == 1 {
                kinds.push(kind);
            }
            if wanted(kind, flags, stream) {
                return kinds;
            }
        }
    }

    #[tokio::test]
    async fn an_answer_by_the_head_alone_is_not_lost_to_whoever_still_sends_the_body() {
        let (data, headers, reset, settings, ping) = (0, 1, 3, 4, 6);
        let answered = Arc::new(tokio::sync::Notify::new());
        let told = Arc::clone(&answered);
        let router = Router::new().fallback(async move || {
            told.notify_one();
            http::StatusCode::UNAUTHORIZED
        });
        let (mut client, server) = tokio::io::duplex(64 * 1024);
        let (_end, ending) = watch::channel(false);
        let peer = ([192, 0, 2, 7], 50_000).into();
        let limits = ServeLimits { unread: Duration::from_secs(600), ..ServeLimits::default() };
        tokio::spawn(converse(server, true, peer, router, limits, ending));
        // `:method: POST`, `:scheme: https`, `:path: /`, `:authority: a` (RFC 7541, appendix A).
        let head = frame(headers, 4, 1, b"\x83\x87\x84\x41\x01a");
        client.write_all(&[PREFACE, &frame(settings, 0, 0, b""), &head].concat()).await.unwrap();
        answered.notified().await;
        client.write_all(&frame(ping, 0, 0, b"answered")).await.unwrap();
        let mut kinds = up_to(&mut client, |kind, flags, _| kind == ping && flags == 1).await;
        client.write_all(&frame(data, 1, 1, b"{}")).await.unwrap();
        if !kinds.contains(&headers) {
            kinds.extend(up_to(&mut client, |_, flags, stream| stream == 1 && flags & 1 == 1).await);
        }
        client.write_all(&frame(ping, 0, 0, b"and over")).await.unwrap();
        kinds.extend(up_to(&mut client, |kind, flags, _| kind == ping && flags == 1).await);
        assert!(kinds.contains(&headers) && !kinds.contains(&reset), "{kinds:?}");
    }

    #[tokio::test]
    async fn a_client_that_falls_silent_gives_its_place_back() {
        for (is_http2, sent) in [
            (false, b"".as_slice()),
            (false, b"GET / HT"),
            (false, b"GET / HTTP/1.1\r\nHost: portal.example.test\r\n\r\n"),
            (true, b""),
            (true, &PREFACE[..10]),
            (true, PREFACE),
        ] {
            // The lifetime of a connection, 10 minutes, is what ends it otherwise.
            let ended = timeout(Duration::from_secs(60), serve_silent(is_http2, sent)).await;
            assert!(ended.is_ok(), "{is_http2} {}", sent.escape_ascii());
        }
    }
}
