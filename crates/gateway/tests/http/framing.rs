//! Requests that two servers could cut apart differently. What goes upstream is framed anew by us, and what cannot be
//! framed without doubt goes nowhere.

use crate::harness::{Doors, HOST};
use crate::upstream::{Act, FakeUpstream, Reads, answer};

/// Sends a request and gives the statuses of all answers until the connection ends.
async fn statuses(doors: &Doors, request: &str) -> Vec<u16> {
    let mut client = doors.client().await;
    // It may be closed while it is still being sent to.
    let _ = client.try_send(request).await;
    let rest = String::from_utf8(client.rest().await).expect("text");
    let lines = rest.split("HTTP/1.1 ").skip(1);
    lines.map(|line| line[..3].parse().expect("a status")).collect()
}

#[tokio::test]
async fn what_cannot_be_framed_is_refused_and_ends_the_connection() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let head = doors.head("POST /web/");
    for (what, fields, body) in [
        ("two lengths", "Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"),
        ("a list of lengths", "Content-Length: 3, 3\r\n", "abc"),
        ("a signed length", "Content-Length: +3\r\n", "abc"),
        ("a hexadecimal length", "Content-Length: 0x3\r\n", "abc"),
        ("a coding that is none", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        ("chunked not last", "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("a space before the colon", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
        ("a vertical tab", "Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n"),
        ("a folded line", "X-One: 1\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("a bare CR", "X-One: 1\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("a NUL", "X-One: 1\0\r\n", ""),
        ("a line without a colon", "GET /\r\n", ""),
        ("an empty name", ": 1\r\n", ""),
    ] {
        let statuses = statuses(&doors, &format!("{head}{fields}\r\n{body}")).await;
        assert_eq!(statuses, [400], "{what}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn what_could_be_framed_in_two_ways_is_refused() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for (expected, request) in [
        (501, doors.head("POST /web/") + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        (
            400,
            doors.head("POST /web/")
                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (400, doors.head("GET /web/") + "X_Remote_User: root\r\n\r\n"),
        (400, doors.head("GET /web/") + "Host: other.test\r\n\r\n"),
        (400, doors.head("GET /web/") + &doors.authorization() + "\r\n"),
        (400, format!("GET /web/ HTTP/1.1\r\n{}\r\n", doors.authorization())),
        (400, doors.head("OPTIONS *") + "\r\n"),
        (405, doors.head("TRACE /web/") + "\r\n"),
        (417, doors.head("POST /web/") + "Expect: 200-ok\r\nContent-Length: 0\r\n\r\n"),
    ] {
        let reply = client.ask(&request).await;
        assert_eq!((reply.status, reply.field("www-authenticate")), (expected, None), "{request}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_head_without_measure_is_refused() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let long = format!("X-Long: {}\r\n", "x".repeat(100_000));
    let many: String = (0..200).map(|number| format!("X-{number}: 1\r\n")).collect();
    for fields in [long, many] {
        let mut client = doors.client().await;
        assert_eq!(client.ask(doors.head("GET /web/") + &fields + "\r\n").await.status, 431);
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_method_without_measure_is_refused() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    for letters in [65, 1_000, 60_000] {
        let mut client = doors.client().await;
        let method = "M".repeat(letters);
        assert_eq!(
            client.ask(doors.head(&format!("{method} /web/")) + "\r\n").await.status,
            501,
            "{letters}"
        );
    }
    assert_eq!(upstream.connections(), 0);
    let mut client = doors.client().await;
    assert_eq!(client.ask(doors.head("UPDATEREDIRECTREF /web/") + "\r\n").await.status, 200);
}

#[tokio::test]
async fn a_tunnel_is_refused() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let authorization = doors.authorization();
    let request = format!("CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n{authorization}\r\n");
    assert_eq!(client.ask(request).await.status, 405);
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn length_and_chunks_together_are_read_as_chunks_and_end_the_connection() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let smuggled = doors.head("GET /web/smuggled") + "\r\n";
    for fields in [
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
    ] {
        let request = doors.head("POST /web/") + fields + "\r\n0\r\n\r\n" + &smuggled;
        assert_eq!(statuses(&doors, &request).await, [200], "{fields}");
    }
    for arrived in upstream.arrived() {
        assert_eq!(arrived.line, "POST /web/ HTTP/1.1");
        assert_eq!((arrived.field("content-length"), arrived.body.len()), (None, 0));
    }
}

#[tokio::test]
async fn chunks_are_made_anew_without_extensions_and_trailers() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let request = doors.head("POST /web/")
        + "Transfer-Encoding: chunked\r\nTrailer: X-Remote-User\r\nTE: trailers\r\n\r\n\
           3;a=b\r\nabc\r\n2 ; c\r\nde\r\n0\r\nX-Remote-User: root\r\n\r\n";
    assert_eq!(client.ask(request).await.status, 200);
    let address = upstream.address.to_string();
    insta::assert_snapshot!(upstream.only().text().replace(&address, "UPSTREAM"), @r"
    POST /web/ HTTP/1.1
    host: UPSTREAM
    transfer-encoding: chunked

    abcde
    ");
}

#[tokio::test]
async fn a_chunk_that_is_none_reaches_no_upstream_as_a_whole() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    for body in [
        "3\r\nabcX\r\n0\r\n\r\n",
        "-1\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "3;a\nb\r\nabc\r\n0\r\n\r\n",
        "ffffffffffffffff1\r\nabc",
    ] {
        let request = doors.head("POST /web/") + "Transfer-Encoding: chunked\r\n\r\n" + body;
        // What follows on the connection is not read as a request.
        let request = request + &doors.head("GET /web/smuggled") + "\r\n";
        assert_eq!(statuses(&doors, &request).await, [400], "{body:?}");
    }
    assert_eq!(upstream.arrived(), []);
}

#[tokio::test]
async fn line_ends_without_cr_are_written_anew() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let request = (doors.head("GET /web/") + "X-One: 1\r\nX-Two: 2\r\n\r\n").replace("\r\n", "\n");
    assert_eq!(client.ask(request).await.status, 200);
    let arrived = upstream.only();
    assert_eq!((arrived.field("x-one"), arrived.field("x-two")), (Some("1"), Some("2")));
}

#[tokio::test]
async fn an_answer_that_cannot_be_framed_is_not_passed_on() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nX-One : 1\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "",
    ] {
        let upstream = FakeUpstream::start(|_| vec![Act::Send(head.as_bytes().to_vec()), Act::Close]).await;
        let doors = Doors::before(&upstream).await;
        let mut client = doors.client().await;
        let reply = client.ask(doors.head("GET /web/") + "\r\n").await;
        assert_eq!((reply.status, reply.field("retry-after")), (502, Some("30")), "{head}");
    }
}

#[tokio::test]
async fn an_upgrade_is_not_passed_on() {
    let upstream = FakeUpstream::start(|arrived| match arrived.line.as_str() {
        "GET /web/unasked HTTP/1.1" => {
            let head =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
            vec![Act::Send(head.as_bytes().to_vec())]
        }
        _ => answer("400 Bad Request", "no websocket"),
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let fields = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: websocket\r\nHTTP2-Settings: x\r\n\r\n";
    assert_eq!(client.ask(doors.head("GET /web/") + fields).await.status, 400);
    let arrived = upstream.only();
    for field in ["connection", "upgrade", "http2-settings"] {
        assert_eq!(arrived.field(field), None, "{field}");
    }
    assert_eq!(client.ask(doors.head("GET /web/unasked") + fields).await.status, 502);
}

#[tokio::test]
async fn the_rest_of_a_request_that_was_answered_early_is_no_request() {
    let upstream =
        FakeUpstream::start_as(Reads::HeadOnly, None, |_| answer("413 Too Large", "too large")).await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let smuggled = doors.head("GET /web/smuggled") + "\r\n";
    let head = doors.head("POST /web/") + &format!("Content-Length: {}\r\n\r\n", smuggled.len());
    client.send(&head).await;
    assert_eq!(client.reply().await.status, 413);
    client.send(&smuggled).await;
    assert_eq!(client.ask(doors.head("GET /web/next") + "\r\n").await.status, 413);
    let lines: Vec<_> =
        upstream.arrived().into_iter().map(|arrived| (arrived.connection, arrived.line)).collect();
    assert_eq!(
        lines,
        [(1, "POST /web/ HTTP/1.1".to_owned()), (2, "GET /web/next HTTP/1.1".to_owned())],
        "the upstream's connection is not used again"
    );
}

#[tokio::test]
async fn requests_sent_at_once_are_answered_in_their_order() {
    let upstream = FakeUpstream::start(|arrived| answer("200 OK", &arrived.line)).await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let requests = ["one", "two", "three"].map(|path| doors.head(&format!("GET /web/{path}")) + "\r\n");
    client.send(requests.concat()).await;
    for path in ["one", "two", "three"] {
        let expected = format!("GET /web/{path} HTTP/1.1");
        assert_eq!(client.reply().await.body, expected.as_bytes());
    }
}

#[tokio::test]
async fn trailers_of_an_answer_are_left_out() {
    let upstream = FakeUpstream::start(|_| {
        let octets = "HTTP/1.1 200 OK\r\nTrailer: WWW-Authenticate\r\nTransfer-Encoding: chunked\r\n\r\n\
                      5;x=y\r\nhello\r\n0\r\nWWW-Authenticate: Negotiate\r\n\r\n";
        vec![Act::Send(octets.as_bytes().to_vec())]
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("GET /web/") + "TE: trailers\r\nConnection: TE, close\r\n\r\n").await;
    assert_eq!(client.head().await.field("trailer"), None);
    assert_eq!(client.rest().await, b"5\r\nhello\r\n0\r\n\r\n");
}
