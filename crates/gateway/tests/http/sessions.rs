//! Requests of one program are one live session, which ends when the rules say so.

use std::time::Duration;

use postern_domain::door::Door;
use postern_testkit::{OPERATOR, account_name};
use tokio::sync::watch;

use crate::harness::{ANNA, Doors, Setup, plain};
use crate::upstream::{Act, FakeUpstream, answer};

/// An upstream whose answers to `/long` begin and never end, and whose answers to `/poll` never begin.
async fn patient() -> (FakeUpstream, watch::Sender<bool>) {
    let (hold, never) = watch::channel(false);
    let upstream = FakeUpstream::start(move |arrived| {
        let wait = Act::Wait(never.clone());
        if arrived.line.contains("/long") {
            let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
            vec![Act::Send(head.to_vec()), wait, Act::Send(b"0\r\n\r\n".to_vec())]
        } else if arrived.line.contains("/poll") {
            let mut acts = vec![wait];
            acts.extend(answer("200 OK", "at last"));
            acts
        } else {
            answer("200 OK", "hello")
        }
    })
    .await;
    (upstream, hold)
}

#[tokio::test]
async fn requests_of_one_program_are_one_session() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut clients = [doors.client().await, doors.client().await];
    for client in [0, 1, 0] {
        let request = doors.head("POST /web/") + "User-Agent: Sync/1.0\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(clients[client].ask(request).await.status, 200);
    }
    let [session] = doors.gateway.live_sessions().try_into().unwrap();
    assert_eq!((session.door, session.account_name.as_str()), (Door::Http, ANNA));
    assert_eq!(session.client.as_deref(), Some("Sync/1.0"));
    assert_eq!((session.octets_from_client, session.octets_to_client), (9, 15));
}

#[tokio::test]
async fn a_refused_request_is_no_session() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let request = format!("GET /web/ HTTP/1.1\r\nHost: {}\r\n\r\n", crate::harness::HOST);
    assert_eq!(client.ask(request).await.status, 401);
    assert!(doors.gateway.live_sessions().is_empty());
}

#[tokio::test]
async fn revoking_cuts_an_answer_off_in_the_middle() {
    let (upstream, _hold) = patient().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("GET /web/long") + "\r\n").await;
    let head = client.head().await;
    assert_eq!((head.status, head.field("transfer-encoding")), (200, Some("chunked")));
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
    assert_eq!(client.rest().await, b"5\r\nhello\r\n", "no last chunk");
    upstream.alone().await;
    let mut again = doors.client().await;
    let reply = again.ask(doors.head("GET /web/") + "\r\n").await;
    assert_eq!((reply.status, reply.field("retry-after")), (401, Some("86400")));
}

#[tokio::test]
async fn revoking_ends_a_long_poll_before_its_answer() {
    let (upstream, _hold) = patient().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("GET /web/poll") + "\r\n").await;
    upstream.has_arrived(1).await;
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
    let reply = client.reply().await;
    assert_eq!((reply.status, reply.body.as_slice()), (503, &b"The session was ended\n"[..]));
    upstream.alone().await;
}

#[tokio::test]
async fn revoking_stops_a_request_on_its_way() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("PUT /dav/x") + "Content-Length: 10\r\n\r\nhello").await;
    while doors.gateway.live_sessions().is_empty() {
        tokio::task::yield_now().await;
    }
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
    assert_eq!(client.reply().await.status, 503);
    upstream.alone().await;
    assert_eq!(upstream.arrived(), [], "nothing half has arrived as a whole");
}

#[tokio::test]
async fn force_sign_out_ends_what_is_in_flight_and_the_app_password_still_works() {
    let (upstream, _hold) = patient().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("GET /web/poll") + "\r\n").await;
    upstream.has_arrived(1).await;
    doors.service.service.end_sessions(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert_eq!(client.reply().await.status, 503);
    doors.service.clock.advance(Duration::from_secs(1));
    assert_eq!(client.ask(doors.head("GET /web/") + "\r\n").await.status, 200);
}

#[tokio::test]
async fn a_client_that_goes_away_is_noticed_during_a_long_poll() {
    let (upstream, _hold) = patient().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    client.send(doors.head("GET /web/poll") + "\r\n").await;
    upstream.has_arrived(1).await;
    drop(client);
    upstream.alone().await;
}

#[tokio::test]
async fn shutting_down_lets_an_answer_come_to_its_end() {
    let (upstream, hold) = patient().await;
    let doors = Doors::before(&upstream).await;
    let mut idle = doors.client().await;
    assert_eq!(idle.ask(doors.head("GET /web/") + "\r\n").await.status, 200);
    let mut client = doors.client().await;
    client.send(doors.head("GET /web/long") + "\r\n").await;
    upstream.has_arrived(2).await;
    let stopping = tokio::spawn(doors.gateway.shut_down(Duration::from_secs(60)));
    assert_eq!(idle.rest().await, b"", "an idle connection is closed");
    hold.send(true).unwrap();
    let reply = client.reply().await;
    assert_eq!((reply.body.as_slice(), reply.is_whole), (&b"hello"[..], true));
    assert_eq!(client.rest().await, b"");
    stopping.await.unwrap();
}

#[tokio::test]
async fn no_limit_but_the_one_for_answers_ends_a_long_poll() {
    let (upstream, hold) = patient().await;
    let mut setup = Setup::with(plain(&upstream)).await;
    let short = Duration::from_millis(20);
    setup.limits.http_idle = short;
    setup.limits.http_head = short;
    setup.limits.http_request_silence = short;
    setup.limits.client_silence = short;
    setup.limits.upstream_silence = short;
    setup.limits.mailbox_silence = short;
    let doors = setup.open().await;
    let (mut poll, mut long) = (doors.client().await, doors.client().await);
    poll.send(doors.head("GET /web/poll") + "\r\n").await;
    long.send(doors.head("GET /web/long") + "\r\n").await;
    upstream.has_arrived(2).await;
    // What is waited for here is that nothing happens: for so long that the same limits end ten idle connections, one
    // after the other.
    for _ in 0..10 {
        assert_eq!(doors.client().await.rest().await, b"");
    }
    hold.send(true).unwrap();
    assert_eq!(poll.reply().await.body, b"at last");
    assert!(long.reply().await.is_whole);
}

#[tokio::test]
async fn an_idle_connection_and_half_a_head_are_closed_in_time() {
    let upstream = FakeUpstream::hello().await;
    let mut setup = Setup::with(plain(&upstream)).await;
    setup.limits.http_idle = Duration::from_millis(20);
    setup.limits.http_head = Duration::from_millis(20);
    let doors = setup.open().await;
    let (mut idle, mut slow) = (doors.client().await, doors.client().await);
    slow.send("GET /web/ HTTP/1.1\r\nHos").await;
    assert_eq!((idle.rest().await, slow.rest().await), (Vec::new(), Vec::new()));
}
