//! HTTP/2, with hyper's own client.

use hyper::client::conn::http2::SendRequest;
use hyper::http::request::Builder;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use postern_testkit::OPERATOR;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;

use hyper::body::{Body, Incoming};
use rustls_pki_types::ServerName;

use crate::client;
use crate::harness::{Doors, HOST, Setup, plain};
use crate::upstream::{Act, FakeUpstream, answer};

type Client = SendRequest<String>;

async fn connect(doors: &Doors) -> Client {
    let (client, connection) = open(doors, WINDOW).await;
    tokio::spawn(connection);
    client
}

/// What a client may be sent before it says that there may be more; hyper's own.
const WINDOW: u32 = 2 * 1024 * 1024;

async fn open(doors: &Doors, window: u32) -> (Client, impl Future<Output = hyper::Result<()>> + use<>) {
    let address = doors.gateway.local_addr("https").expect("a listener of that name");
    let stream = TcpStream::connect(address).await.expect("the listener");
    let mut config = Arc::unwrap_or_clone(doors.authority.client_config());
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("TLS");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(window);
    builder.handshake(TokioIo::new(stream)).await.expect("HTTP/2")
}

fn request(doors: &Doors, method: &str, path: &str) -> Builder {
    let authorization = doors.authorization();
    let value = authorization.trim_end().split_once(": ").expect("a field").1;
    let uri = format!("https://{HOST}{path}");
    Request::builder().method(method).uri(uri).header("authorization", value)
}

/// What comes of a body: its octets, and whether it came to its end.
async fn content(response: Response<Incoming>) -> (String, bool) {
    let mut body = response.into_body();
    let mut read = Vec::new();
    let is_whole = loop {
        match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            Some(Ok(frame)) => read.extend_from_slice(frame.data_ref().expect("no trailers")),
            Some(Err(_)) => break false,
            None => break true,
        }
    };
    (String::from_utf8(read).expect("text"), is_whole)
}

/// An answer that nobody takes is in flight for ever.
#[tokio::test]
async fn who_takes_no_answer_holds_no_place_among_those_who_have_not_signed_in() {
    let upstream = FakeUpstream::hello().await;
    let mut setup = Setup::with(plain(&upstream)).await;
    setup.limits.sign_in = Duration::from_millis(100);
    let doors = setup.open().await;
    let (mut client, connection) = open(&doors, 0).await;
    let connection = tokio::spawn(connection);
    let uri = format!("https://{HOST}/web/");
    let response = client.send_request(Request::get(uri).body(String::new()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    // The gateway ends it, whichever way: the client keeps its side open.
    let _ended = connection.await.expect("no panic");
    drop((client, response));
}

#[tokio::test]
async fn more_fields_than_anybody_needs_are_refused_as_in_http_1() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = connect(&doors).await;
    let request =
        (0..100).fold(request(&doors, "GET", "/web/"), |request, n| request.header(format!("x-{n}"), "y"));
    let response = client.send_request(request.body(String::new()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(upstream.arrived(), []);
}

#[tokio::test]
async fn requests_pass_as_those_of_http_1_do() {
    let upstream =
        FakeUpstream::start(|_| answer("200 OK\r\nConnection: x-internal\r\nX-Internal: 1", "hello")).await;
    let doors = Doors::before(&upstream).await;
    let mut client = connect(&doors).await;
    let request = request(&doors, "POST", "/web/?a=b").header("cookie", "a=b").header("cookie", "c=d");
    let response = client.send_request(request.body("abc".to_owned()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers().get("x-internal"), None);
    assert_eq!(content(response).await, ("hello".to_owned(), true));
    let address = upstream.address.to_string();
    insta::assert_snapshot!(upstream.only().text().replace(&address, "UPSTREAM"), @r"
    POST /web/?a=b HTTP/1.1
    content-length: 3
    cookie: a=b; c=d
    host: UPSTREAM

    abc
    ");
}

#[tokio::test]
async fn the_same_is_refused_as_in_http_1() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = connect(&doors).await;
    for (status, request) in [
        (400, request(&doors, "GET", "/dav/%2e%2e/EWS/")),
        (400, request(&doors, "GET", "/web/").header("x_remote_user", "root")),
        (400, request(&doors, "GET", "/web/").header("host", "other.test")),
        (405, request(&doors, "TRACE", "/web/")),
        (501, request(&doors, &"M".repeat(10_000), "/web/")),
        (404, request(&doors, "GET", "/owa/")),
        (401, Request::builder().uri(format!("https://{HOST}/web/"))),
    ] {
        let response = client.send_request(request.body(String::new()).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn revoking_resets_the_streams_of_the_app_password_and_no_others() {
    let (_hold, never) = watch::channel(false);
    let upstream = FakeUpstream::start(move |_| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        vec![Act::Send(head.to_vec()), Act::Wait(never.clone())]
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = connect(&doors).await;
    let one =
        client.send_request(request(&doors, "GET", "/web/").body(String::new()).unwrap()).await.unwrap();
    let other =
        client.send_request(request(&doors, "GET", "/dav/").body(String::new()).unwrap()).await.unwrap();
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
    assert_eq!(content(one).await, ("hello".to_owned(), false));
    assert_eq!(content(other).await, ("hello".to_owned(), false));
    let again = client.send_request(request(&doors, "GET", "/web/").body(String::new()).unwrap()).await;
    assert_eq!(again.unwrap().status(), StatusCode::UNAUTHORIZED, "the connection itself stays");
    upstream.alone().await;
}

/// A frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

#[tokio::test]
async fn a_flood_of_resets_ends_the_connection() {
    const GOAWAY: u8 = 7;
    const ENHANCE_YOUR_CALM: u8 = 11;
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let address = doors.gateway.local_addr("https").unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let mut client = client::Client::speaking(b"h2", stream, &doors.authority).await;
    // GET https://x/ in HPACK, by its static table.
    let head = b"\x82\x87\x84\x41\x01x";
    let mut flood = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    flood.extend(frame(4, 0, 0, b""));
    for stream in (0..1_000).map(|number| 2 * number + 1) {
        flood.extend(frame(1, 0x05, stream, head));
        flood.extend(frame(3, 0, stream, &8_u32.to_be_bytes()));
    }
    let _ = client.try_send(flood).await;
    let mut rest = client.rest().await.into_iter();
    let mut said = Vec::new();
    while let Some(start) = take(&mut rest, 9) {
        let length = usize::from(start[1]) << 8 | usize::from(start[2]);
        let payload = take(&mut rest, length).unwrap_or_default();
        if start[3] == GOAWAY {
            said.extend(payload.get(7).copied());
        }
    }
    assert_eq!(said, [ENHANCE_YOUR_CALM]);
}

fn take(octets: &mut impl Iterator<Item = u8>, count: usize) -> Option<Vec<u8>> {
    let taken: Vec<u8> = octets.take(count).collect();
    (taken.len() == count).then_some(taken)
}

#[tokio::test]
async fn a_client_of_another_protocol_is_refused_in_the_handshake() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let address = doors.gateway.local_addr("https").unwrap();
    let mut config = Arc::unwrap_or_clone(doors.authority.client_config());
    config.alpn_protocols = vec![b"smtp".to_vec()];
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    assert!(TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_err());
}
