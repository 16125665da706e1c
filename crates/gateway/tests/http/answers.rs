//! What the program hears of its upstream's answers and failures.

use postern_gateway::{Limits, Upstream};
use postern_testkit::certificates::{BadCertificate, TestAuthority};
use tokio::net::TcpListener;

use crate::client::Reply;
use crate::harness::{Doors, HOST, Setup, plain, secure};
use crate::upstream::{Act, FakeUpstream, Reads, answer};

const NO_UPSTREAM: &str = "The service behind this door cannot be used at the moment; the password was not refused, \
                           try again later\n";

async fn ask(upstream: &FakeUpstream, line: &str) -> Reply {
    let doors = Doors::before(upstream).await;
    let mut client = doors.client().await;
    client.ask(doors.head(line) + "\r\n").await
}

#[track_caller]
fn is_temporary(reply: &Reply, status: u16) {
    assert_eq!((reply.status, reply.field("retry-after")), (status, Some("30")));
    assert_eq!(String::from_utf8_lossy(&reply.body), NO_UPSTREAM);
    assert_eq!(reply.field("www-authenticate"), None);
}

#[tokio::test]
async fn an_upstream_that_refuses_us_is_no_wrong_password() {
    for status in ["401 Unauthorized", "407 Proxy Authentication Required"] {
        let head = format!(
            "{status}\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\nProxy-Authenticate: Basic"
        );
        let upstream = FakeUpstream::start(move |_| answer(&head, "go away")).await;
        is_temporary(&ask(&upstream, "GET /web/").await, 503);
    }
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_no_wrong_password() {
    let upstream = FakeUpstream::hello().await;
    // A port where nobody listens any more.
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let gone = Upstream { port: address.port(), ..plain(&upstream) };
    let doors = Setup::with(gone).await.open().await;
    let mut client = doors.client().await;
    is_temporary(&client.ask(doors.head("GET /web/") + "\r\n").await, 503);
}

#[tokio::test]
async fn an_upstream_with_a_bad_certificate_hears_nothing() {
    let authority = TestAuthority::new("of the upstream");
    for bad in BadCertificate::ALL {
        let identity = bad.identity(&authority);
        let upstream =
            FakeUpstream::start_as(Reads::All, Some(&identity), |_| answer("200 OK", "hello")).await;
        let target = Upstream { host: bad.host().to_owned(), ..secure(&upstream, &authority) };
        let doors = Setup::with(target).await.open().await;
        let mut client = doors.client().await;
        is_temporary(&client.ask(doors.head("GET /web/") + "\r\n").await, 503);
        assert_eq!(upstream.arrived(), [], "{bad:?}");
    }
}

#[tokio::test]
async fn an_upstream_that_owes_an_answer_for_too_long_is_given_up() {
    let (_hold, never) = tokio::sync::watch::channel(false);
    let upstream = FakeUpstream::start(move |_| vec![Act::Wait(never.clone())]).await;
    let mut setup = Setup::with(plain(&upstream)).await;
    setup.limits = Limits { http_answer_silence: std::time::Duration::from_millis(50), ..Limits::default() };
    let doors = setup.open().await;
    let mut client = doors.client().await;
    is_temporary(&client.ask(doors.head("GET /web/") + "\r\n").await, 504);
    upstream.alone().await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off() {
    let upstream = FakeUpstream::start(|_| {
        vec![Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello".to_vec()), Act::Close]
    })
    .await;
    let reply = ask(&upstream, "GET /web/").await;
    assert_eq!((reply.status, reply.body.as_slice(), reply.is_whole), (200, &b"hello"[..], false));
}

#[tokio::test]
async fn throttling_is_passed_on() {
    for head in ["429 Too Many Requests\r\nRetry-After: 7", "503 Service Unavailable\r\nRetry-After: 120"] {
        let upstream = FakeUpstream::start(move |_| answer(head, "slow down")).await;
        let reply = ask(&upstream, "GET /web/").await;
        let expected = head.split_once(' ').unwrap().0.parse::<u16>().unwrap();
        assert_eq!((reply.status, reply.body.as_slice()), (expected, &b"slow down"[..]));
        assert!(head.ends_with(reply.field("retry-after").unwrap()));
    }
}

#[tokio::test]
async fn the_upstreams_addresses_become_ours() {
    let upstream = FakeUpstream::start(|arrived| {
        let host = arrived.field("host").unwrap();
        let head = format!(
            "302 Found\r\nLocation: http://{host}/dav/principals/?x=y\r\nContent-Location: /dav/a\r\n\
             X-Powered-By: ASP.NET\r\nX-AspNet-Version: 4\r\nX-CasErrorCode: UnauthenticatedRequest\r\n\
             Set-Cookie: a=b; Path=/\r\nSet-Cookie: c=d\r\nConnection: X-Internal\r\nX-Internal: 1"
        );
        answer(&head, "")
    })
    .await;
    insta::assert_snapshot!(ask(&upstream, "GET /.well-known/caldav").await.text(), @r"
    302
    location: https://gate.example.test/dav/principals/?x=y
    content-location: /dav/a
    set-cookie: a=b; Path=/
    set-cookie: c=d
    content-length: 0
    ");
}

#[tokio::test]
async fn answers_without_a_body_and_all_methods_pass() {
    let upstream = FakeUpstream::start(|arrived| {
        let head = match arrived.line.split(' ').next().unwrap() {
            "HEAD" => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            "DELETE" => "HTTP/1.1 204 No Content\r\n\r\n",
            "REPORT" => "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n",
            _ => "HTTP/1.1 207 Multi-Status\r\nContent-Length: 0\r\nDAV: 1, 3\r\n\r\n",
        };
        vec![Act::Send(head.as_bytes().to_vec())]
    })
    .await;
    let doors = Doors::before(&upstream).await;
    for (method, status) in [
        ("HEAD", 200),
        ("DELETE", 204),
        ("REPORT", 304),
        ("PROPFIND", 207),
        ("OPTIONS", 207),
        ("MKCALENDAR", 207),
    ] {
        let mut client = doors.client().await;
        client.send(doors.head(&format!("{method} /dav/")) + "\r\n").await;
        assert_eq!(client.head().await.status, status, "{method}");
    }
    assert!(upstream.arrived().iter().all(|arrived| arrived.body.is_empty()));
    let lengths: Vec<_> =
        upstream.arrived().iter().map(|its| its.field("content-length").map(str::to_owned)).collect();
    assert_eq!(
        lengths,
        [None, Some("0"), Some("0"), Some("0"), None, Some("0")].map(|its| its.map(str::to_owned))
    );
}

#[tokio::test]
async fn a_request_from_elsewhere_is_challenged_like_any_other() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let request = format!(
        "OPTIONS /dav/ HTTP/1.1\r\nHost: {HOST}\r\nOrigin: https://x.test\r\nAccess-Control-Request-Method: PUT\r\n\r\n"
    );
    assert_eq!(client.ask(request).await.status, 401);
    assert_eq!(upstream.connections(), 0);
}
