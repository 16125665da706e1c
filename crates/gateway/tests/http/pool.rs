//! Connections to an upstream are used again for the same mailbox, and for nobody else.

use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_testkit::{OPERATOR, app_password_for};

use crate::harness::{Doors, HOST, authorization};
use crate::upstream::{Act, FakeUpstream, answer};

fn connections(upstream: &FakeUpstream) -> Vec<usize> {
    upstream.arrived().into_iter().map(|arrived| arrived.connection).collect()
}

#[tokio::test]
async fn one_account_uses_its_connection_again_and_another_does_not() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    doors.service.account("bert@example.test", MfaState::Enforced).await;
    let new = app_password_for("bert@example.test", "His program", [Door::Http]);
    let bert = doors.service.service.create_app_password(OPERATOR, new).await.unwrap();
    let bert = authorization("bert@example.test", bert.secret.expose_canonical());
    let anna = doors.authorization();
    // Over one connection of the client, and over another.
    let mut clients = [doors.client().await, doors.client().await];
    for (client, who) in [(0, &anna), (0, &bert), (1, &bert), (1, &anna), (0, &anna)] {
        let request = format!("GET /web/ HTTP/1.1\r\nHost: {HOST}\r\n{who}\r\n");
        assert_eq!(clients[client].ask(request).await.status, 200);
        upstream.quiet().await;
    }
    let connections = connections(&upstream);
    let (of_anna, of_bert) =
        ([connections[0], connections[3], connections[4]], [connections[1], connections[2]]);
    assert!(of_anna.iter().all(|connection| !of_bert.contains(connection)), "{connections:?}");
    assert!(upstream.connections() < 5, "none was used again");
}

#[tokio::test]
async fn a_connection_is_not_used_again_when_something_was_wrong() {
    let upstream = FakeUpstream::start(|arrived| match arrived.line.as_str() {
        "GET /web/500 HTTP/1.1" => answer("500 Internal Server Error", "no"),
        "GET /web/400 HTTP/1.1" => answer("400 Bad Request", "no"),
        "GET /web/close HTTP/1.1" => answer("200 OK\r\nConnection: close", "yes"),
        "GET /web/more HTTP/1.1" => {
            let octets = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nyesHTTP/1.1 200 OK\r\n\r\n";
            vec![Act::Send(octets.to_vec())]
        }
        _ => answer("200 OK", "yes"),
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for path in ["500", "400", "close", "more", "last"] {
        client.ask(doors.head(&format!("GET /web/{path}")) + "\r\n").await;
        upstream.quiet().await;
    }
    assert_eq!(connections(&upstream), [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_connection_that_the_upstream_has_closed_is_replaced() {
    let upstream = FakeUpstream::start(|_| {
        let mut acts = answer("200 OK", "yes");
        acts.push(Act::Close);
        acts
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for _ in 0..3 {
        assert_eq!(client.ask(doors.head("POST /web/") + "Content-Length: 1\r\n\r\na").await.status, 200);
        upstream.alone().await;
    }
    assert_eq!(connections(&upstream), [1, 2, 3]);
}
