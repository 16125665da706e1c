//! A whole address as the target of a request of HTTP/1.1 (RFC 9112 §3.2.2): it says which host is meant, whatever `Host` says.

use postern_domain::door::Door;
use postern_gateway::{HttpRoute, Upstream};

use crate::harness::{Doors, Setup, plain};
use crate::upstream::FakeUpstream;

/// Doors with one route, for one host, before an upstream that is told whom the program asked for.
async fn doors(upstream: &FakeUpstream) -> Doors {
    let mut setup = Setup::with(Upstream { forward_client: true, ..plain(upstream) }).await;
    setup.routes = vec![HttpRoute {
        host: Some("dav.example.test".to_owned()),
        path: "/dav/".to_owned(),
        door: Door::Dav,
        upstream: None,
    }];
    setup.open().await
}

#[tokio::test]
async fn a_whole_address_says_which_host_is_meant() {
    let upstream = FakeUpstream::hello().await;
    let doors = doors(&upstream).await;
    let mut client = doors.client().await;
    let mut said = Vec::new();
    for (target, host) in [
        ("https://dav.example.test/dav/a%20b?c=d", "dav.example.test"),
        ("https://DAV.example.test:8443/dav/", "other.test"),
        ("/dav/", "other.test"),
        ("https://other.test/dav/", "dav.example.test"),
        ("https://other.test/https://dav.example.test/dav/", "dav.example.test"),
        ("https://dav.example.test?/dav/", "dav.example.test"),
        ("https://dav.example.test/dav/../EWS/", "dav.example.test"),
        ("http://dav.example.test/dav/", "dav.example.test"),
        ("ftp://dav.example.test/dav/", "dav.example.test"),
        ("https://anna@dav.example.test/dav/", "dav.example.test"),
        ("https://dav.example.test/dav/", "anna@dav.example.test"),
        ("https://dav.example.test@other.test/dav/", "dav.example.test"),
        ("dav.example.test:443", "dav.example.test"),
        ("*", "dav.example.test"),
        ("https://dav.example.test/dav/", ""),
    ] {
        let before = upstream.arrived().len();
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", doors.authorization());
        let reply = client.ask(request).await;
        let text = String::from_utf8(reply.body).unwrap();
        said.push(format!("C: GET {target}, Host: {host}\nS: {} {}", reply.status, text.trim_end()));
        for arrived in &upstream.arrived()[before..] {
            let field = |name| arrived.field(name).unwrap_or_default().to_owned();
            assert_eq!(field("host"), upstream.address.to_string(), "{target}");
            said.push(format!("U: {}, X-Forwarded-Host: {}", arrived.line, field("x-forwarded-host")));
        }
    }
    let missing = format!("GET https://dav.example.test/dav/ HTTP/1.1\r\n{}\r\n", doors.authorization());
    assert_eq!(client.ask(missing).await.status, 400, "`Host` must be there");
    insta::assert_snapshot!(said.join("\n"), @r"
    C: GET https://dav.example.test/dav/a%20b?c=d, Host: dav.example.test
    S: 200 hello
    U: GET /dav/a%20b?c=d HTTP/1.1, X-Forwarded-Host: dav.example.test
    C: GET https://DAV.example.test:8443/dav/, Host: other.test
    S: 200 hello
    U: GET /dav/ HTTP/1.1, X-Forwarded-Host: DAV.example.test:8443
    C: GET /dav/, Host: other.test
    S: 404 There is no service at this address
    C: GET https://other.test/dav/, Host: dav.example.test
    S: 404 There is no service at this address
    C: GET https://other.test/https://dav.example.test/dav/, Host: dav.example.test
    S: 404 There is no service at this address
    C: GET https://dav.example.test?/dav/, Host: dav.example.test
    S: 404 There is no service at this address
    C: GET https://dav.example.test/dav/../EWS/, Host: dav.example.test
    S: 400 The request is refused: the path has a dot segment
    C: GET http://dav.example.test/dav/, Host: dav.example.test
    S: 400 The request is refused: the address in the request's target is not one of https, and nothing else is served here
    C: GET ftp://dav.example.test/dav/, Host: dav.example.test
    S: 400 The request is refused: the address in the request's target is not one of https, and nothing else is served here
    C: GET https://anna@dav.example.test/dav/, Host: dav.example.test
    S: 400 The request is refused: the request names a user beside its host, which no address of https has
    C: GET https://dav.example.test/dav/, Host: anna@dav.example.test
    S: 400 The request is refused: the request names a user beside its host, which no address of https has
    C: GET https://dav.example.test@other.test/dav/, Host: dav.example.test
    S: 400 The request is refused: the request names a user beside its host, which no address of https has
    C: GET dav.example.test:443, Host: dav.example.test
    S: 400 The request is refused: the request's target is not a path of this server, nor an address with one
    C: GET *, Host: dav.example.test
    S: 400 The request is refused: the request's target is not a path of this server, nor an address with one
    C: GET https://dav.example.test/dav/, Host: 
    S: 400 The request is refused: the request does not say which host it is for
    ");
}

/// What a program sees of its request must fit the address that it asked for.
#[tokio::test]
async fn a_move_is_within_the_host_that_was_meant() {
    let upstream = FakeUpstream::hello().await;
    let doors = doors(&upstream).await;
    let mut client = doors.client().await;
    for (destination, status) in
        [("https://dav.example.test/dav/b", 200), ("/dav/b", 200), ("https://other.test/dav/b", 403)]
    {
        let request = format!(
            "MOVE https://dav.example.test/dav/a HTTP/1.1\r\nHost: other.test\r\nDestination: {destination}\r\n{}\r\n",
            doors.authorization()
        );
        assert_eq!(client.ask(request).await.status, status, "{destination}");
    }
    let theirs = format!("http://{}/dav/b", upstream.address);
    let told: Vec<_> =
        upstream.arrived().iter().map(|one| one.field("destination").map(str::to_owned)).collect();
    assert_eq!(told, [Some(theirs.clone()), Some(theirs)]);
}
