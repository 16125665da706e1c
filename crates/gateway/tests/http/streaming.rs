//! Bodies pass as they come: both ways, in little memory, at the pace of the slower side.

use std::time::Duration;

use crate::harness::{Doors, HOST, Setup, plain};
use crate::upstream::{Act, FakeUpstream, Reads, answer};

const MIB: u64 = 1024 * 1024;

/// How much a sender may be ahead of a receiver that takes nothing: what the buffers of four sockets, two TLS layers and
/// hyper hold. A relay that collects would take all.
const AHEAD: u64 = 24 * MIB;

#[tokio::test]
async fn sixty_four_mebibytes_go_up() {
    let upstream = FakeUpstream::start_as(Reads::Discarding, None, |arrived| {
        answer("200 OK", &String::from_utf8_lossy(&arrived.body))
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let piece = vec![b'x'; 64 * 1024];
    client.send(doors.head("PUT /dav/x") + &format!("Content-Length: {}\r\n\r\n", 64 * MIB)).await;
    for _ in 0..1024 {
        client.send(&piece).await;
    }
    assert_eq!(client.reply().await.body, (64 * MIB).to_string().as_bytes());
    client.send(doors.head("PUT /dav/x") + "Transfer-Encoding: chunked\r\n\r\n").await;
    for _ in 0..1024 {
        client.send("10000\r\n").await;
        client.send(&piece).await;
        client.send("\r\n").await;
    }
    client.send("0\r\n\r\n").await;
    assert_eq!(client.reply().await.body, (64 * MIB).to_string().as_bytes());
}

#[tokio::test]
async fn sixty_four_mebibytes_come_down() {
    let upstream = FakeUpstream::start(|_| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 64 * MIB);
        vec![Act::Send(head.into_bytes()), Act::Flood(64 * MIB)]
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let reply = client.ask(doors.head("GET /dav/x") + "\r\n").await;
    assert_eq!((reply.body.len() as u64, reply.is_whole), (64 * MIB, true));
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_the_upstream_back() {
    let upstream = FakeUpstream::start(|_| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 64 * MIB);
        vec![Act::Send(head.into_bytes()), Act::Flood(64 * MIB)]
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("GET /dav/x") + "\r\n").await;
    upstream.has_arrived(1).await;
    // For as long as another client takes to read three such answers to their ends.
    for _ in 0..3 {
        let mut reader = doors.client().await;
        assert!(reader.ask(doors.head("GET /dav/x") + "\r\n").await.is_whole);
    }
    let sent = upstream.sent() - 3 * 64 * MIB;
    assert!(sent < AHEAD, "{sent} octets are on their way");
    let reply = client.reply().await;
    assert_eq!((reply.body.len() as u64, reply.is_whole), (64 * MIB, true));
}

#[tokio::test]
async fn an_upstream_that_does_not_read_holds_the_client_back() {
    let (go_on, may_go_on) = tokio::sync::watch::channel(false);
    let upstream = FakeUpstream::start_as(Reads::HeadOnly, None, move |_| {
        vec![Act::Wait(may_go_on.clone()), Act::Close]
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("PUT /dav/x") + &format!("Content-Length: {}\r\n\r\n", 64 * MIB)).await;
    let piece = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    // Until nothing more goes through.
    while let Ok(taken) = tokio::time::timeout(Duration::from_millis(500), client.try_send(&piece)).await {
        taken.unwrap();
        sent += piece.len() as u64;
    }
    assert!(sent < AHEAD, "{sent} octets are on their way");
    go_on.send(true).unwrap();
}

#[tokio::test]
async fn a_program_that_waits_to_go_on_is_told_to_when_it_has_signed_in() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let expecting = "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    client.send(format!("POST /web/ HTTP/1.1\r\nHost: {HOST}\r\n{expecting}")).await;
    let reply = client.reply().await;
    assert_eq!((reply.status, reply.field("connection")), (401, None), "without a word to go on");
    // It sends what it announced all the same, as it may.
    client.send("hello").await;
    client.send(doors.head("POST /web/") + expecting).await;
    assert_eq!(client.head().await.status, 100);
    client.send("hello").await;
    assert_eq!(client.reply().await.status, 200);
    let arrived = upstream.only();
    assert_eq!((arrived.field("expect"), arrived.body.as_slice()), (None, &b"hello"[..]));
}

#[tokio::test]
async fn a_challenged_request_is_read_to_its_end_and_the_connection_stays() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for length in [1, 64 * 1024, 768 * 1024] {
        client.send(format!("POST /web/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}\r\n\r\n")).await;
        let reply = client.reply().await;
        assert_eq!((reply.status, reply.field("connection")), (401, None));
        client.send(vec![b'x'; length]).await;
    }
    assert_eq!(client.ask(doors.head("GET /web/") + "\r\n").await.status, 200);
}

#[tokio::test]
async fn a_challenged_request_without_end_is_cut_off() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(format!("POST /web/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {}\r\n\r\n", 64 * MIB)).await;
    assert_eq!(client.reply().await.status, 401);
    let piece = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    while client.try_send(&piece).await.is_ok() {
        sent += piece.len() as u64;
        assert!(sent < AHEAD, "it is not cut off");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_program_that_falls_silent_in_the_middle_is_given_up() {
    let upstream = FakeUpstream::hello().await;
    let mut setup = Setup::with(plain(&upstream)).await;
    setup.limits.http_request_silence = Duration::from_millis(50);
    let doors = setup.open().await;
    let mut client = doors.client().await;
    client.send(doors.head("PUT /dav/x") + "Content-Length: 10\r\n\r\nhello").await;
    assert_eq!(client.reply().await.status, 408);
    upstream.alone().await;
    assert_eq!(upstream.arrived(), []);
}
