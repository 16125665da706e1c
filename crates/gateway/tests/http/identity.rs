//! Who the upstream takes a request for is said by us alone.

use postern_gateway::{Secret, Upstream, UpstreamSignIn};

use crate::harness::{ANNA, Doors, Setup, plain};
use crate::upstream::{Arrived, FakeUpstream};

async fn arrives(upstream: impl FnOnce(Upstream) -> Upstream, fields: &str) -> Arrived {
    let fake = FakeUpstream::hello().await;
    let doors = Setup::with(upstream(plain(&fake))).await.open().await;
    let mut client = doors.client().await;
    assert_eq!(client.ask(doors.head("GET /web/") + fields + "\r\n").await.status, 200);
    fake.only()
}

#[tokio::test]
async fn a_trusted_header_is_ours_in_every_spelling() {
    let sign_in = UpstreamSignIn::Header { name: "X-Remote-User".to_owned() };
    let arrived = arrives(
        |upstream| Upstream { sign_in, ..upstream },
        "X-Remote-User: root\r\nx-remote-user: admin\r\nXRemote-User: root\r\nRemote-User: root\r\n\
         X-Forwarded-User: root\r\nX-Auth-Request-Email: root\r\nConnection: X-Remote-User, X-Forwarded-For\r\n\
         X-Forwarded-For: 10.0.0.1\r\nX-Original-URL: /EWS/\r\nCookie: a=b\r\n",
    )
    .await;
    let mut fields = arrived.fields;
    fields.retain(|(name, _)| name != "host");
    fields.sort();
    let expected = [("cookie", "a=b"), ("x-remote-user", ANNA)];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn the_programs_credentials_stay_here() {
    let arrived = arrives(|upstream| upstream, "Proxy-Authorization: Basic YTpi\r\n").await;
    assert_eq!((arrived.field("authorization"), arrived.field("proxy-authorization")), (None, None));
}

#[tokio::test]
async fn fixed_credentials_take_their_place() {
    let secret = Secret::new(b"s3cret".to_vec());
    let sign_in = UpstreamSignIn::Fixed { user: "svc".to_owned(), secret, without_tls: true };
    let arrived = arrives(|upstream| Upstream { sign_in, ..upstream }, "").await;
    assert_eq!(arrived.field("authorization"), Some("Basic c3ZjOnMzY3JldA=="));
}

#[tokio::test]
async fn where_the_program_is_is_said_when_the_upstream_is_to_know() {
    let forward = |upstream| Upstream { forward_client: true, ..upstream };
    let arrived = arrives(forward, "X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\n").await;
    let field = |name| arrived.field(name);
    assert_eq!(
        [field("x-forwarded-for"), field("x-forwarded-host"), field("x-forwarded-proto"), field("forwarded")],
        [Some("127.0.0.1"), Some(crate::harness::HOST), Some("https"), None]
    );
}

#[tokio::test]
async fn a_copy_goes_nowhere_but_behind_its_own_door() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let host = crate::harness::HOST;
    for destination in [
        "https://other.test/dav/b".to_owned(),
        format!("https://{host}/files/b"),
        "/dav/../files/b".to_owned(),
        "/dav/%2e%2e/files/b".to_owned(),
    ] {
        let request = doors.head("MOVE /dav/a") + &format!("Destination: {destination}\r\n\r\n");
        assert_eq!(client.ask(request).await.status, 403, "{destination}");
    }
    assert_eq!(upstream.connections(), 0);
    let request = doors.head("MOVE /dav/a") + &format!("Destination: https://{host}/dav/b%20c\r\n\r\n");
    assert_eq!(client.ask(request).await.status, 200);
    let expected = format!("http://{}/dav/b%20c", upstream.address);
    assert_eq!(upstream.only().field("destination"), Some(expected.as_str()));
}
