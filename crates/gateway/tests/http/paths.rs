//! Paths that lead to one door here and to another one there.

use crate::harness::{Doors, HOST};
use crate::upstream::FakeUpstream;

#[tokio::test]
async fn a_path_with_two_readings_is_refused() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for path in [
        "/dav/../EWS/Exchange.asmx",
        "/dav/%2e%2e/EWS/Exchange.asmx",
        "/dav/%252e%252e/EWS/Exchange.asmx",
        "/dav/..;/EWS/Exchange.asmx",
        "/dav\\..\\EWS\\Exchange.asmx",
        "/dav/..%5cEWS/Exchange.asmx",
        "/dav/..%2fEWS/Exchange.asmx",
        "/dav/%c0%ae%c0%ae/EWS/",
        "/web/%00",
        "/web/%u002e",
        "//EWS/Exchange.asmx",
        "/%45WS/Exchange.asmx",
        "/EWS;x/Exchange.asmx",
        "/EWS%20/Exchange.asmx",
        // Full-width dots and slashes, as they come and encoded; letters that fit best.
        "/dav/%EF%BC%8E%EF%BC%8E/EWS/Exchange.asmx",
        "/dav/a%EF%BC%8F..%EF%BC%8FEWS/Exchange.asmx",
        "/dav/..%E2%88%96EWS/Exchange.asmx",
        "/dav/%EF%BC%852e%EF%BC%852e/EWS/Exchange.asmx",
    ] {
        let reply = client.ask(doors.head(&format!("GET {path}")) + "\r\n").await;
        assert_eq!(reply.status, 400, "{path}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_path_goes_on_octet_for_octet() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let paths = [
        "/dav/anna%40example.test/a%20b/%C3%A9;x.ics?a=%2e%2e&b=//&c",
        "/dav/a//b%2Fc",
        "/dav/100%25.ics",
        "/DAV/x",
        "/dav?",
        "/dav/1%EF%BC%8F2%20%C2%A5100%EF%BC%8Epdf",
    ];
    for path in paths {
        assert_eq!(client.ask(doors.head(&format!("PROPFIND {path}")) + "\r\n").await.status, 200, "{path}");
    }
    let lines: Vec<_> = upstream.arrived().into_iter().map(|arrived| arrived.line).collect();
    assert_eq!(lines, paths.map(|path| format!("PROPFIND {path} HTTP/1.1")));
}

#[tokio::test]
async fn without_a_route_there_is_nothing() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for path in ["/", "/owa/", "/ecp/", "/EWSX/"] {
        let reply = client.ask(format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n")).await;
        assert_eq!(
            (reply.status, reply.body.as_slice()),
            (404, &b"There is no service at this address\n"[..])
        );
    }
    assert_eq!(upstream.connections(), 0);
}
