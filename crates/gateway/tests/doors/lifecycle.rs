//! Start, reload and shut-down.

use std::time::Duration;

use postern_gateway::{
    Gateway, GatewayConfig, HttpConfig, Limits, ListenerConfig, ListenerKind, ListenerTls, ProxyProtocol,
    Secret, UpstreamSignIn, UpstreamTls,
};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{ANNA, Doors, MESSAGE, Setup, smart_host};

const STOPPING: &str = "421 4.3.2 mail.example.test The server is stopping; try again later";

#[tokio::test]
async fn all_problems_of_a_start_are_told_at_once() {
    let (doors, _upstream) = Doors::open().await;
    let taken = doors.address("submission");
    let listener = |name: &str, address, kind| ListenerConfig {
        name: name.to_owned(),
        address,
        kind,
        tls: ListenerTls::Implicit,
        proxy_protocol: ProxyProtocol::Off,
    };
    let mut bad = smart_host(taken);
    bad.tls = UpstreamTls::Implicit;
    bad.host = "not a host".to_owned();
    let mut unsafe_one = smart_host(taken);
    unsafe_one.sign_in = UpstreamSignIn::Fixed {
        user: "relay".to_owned(),
        secret: Secret::new(b"s".to_vec()),
        without_tls: false,
    };
    let config = GatewayConfig {
        host_name: "mail example".to_owned(),
        listeners: vec![
            listener("a", taken, ListenerKind::Smtp { legacy_auth_line: false }),
            ListenerConfig { tls: ListenerTls::StartTls, ..listener("b", taken, ListenerKind::Http) },
        ],
        upstreams: vec![bad, unsafe_one],
        http: HttpConfig::default(),
        limits: Limits::default(),
    };
    let started = Gateway::start(config, doors.service.service.clone(), doors.tls.clone()).await;
    let problems = started.err().expect("it cannot start").to_string();
    insta::assert_snapshot!(problems.replace(&taken.port().to_string(), "PORT"), @r"
        the host name `mail example` is not one; write it like mail.example.org
        upstream smart host: `not a host` is neither a host name nor an address
        upstream smart host: the name is used twice; give each its own
        upstream smart host: credentials without TLS; use TLS, or permit it explicitly for an upstream on the same machine
        listener a: cannot listen on 127.0.0.1:PORT: Address already in use (os error 98); another program listens there: stop it, or choose another port
        listener b: HTTP has TLS from the first octet only; use implicit
    ");
}

#[tokio::test]
async fn a_port_scan_opens_no_upstream_connection() {
    let (doors, upstream) = Doors::open().await;
    for listener in ["submission", "submissions"] {
        let address = doors.address(listener);
        drop(TcpStream::connect(address).await.unwrap());
        let mut client = SmtpClient::connect(address).await;
        // A client of the wrong kind; whether it gets an answer does not matter here.
        let _ = client.try_raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        client.rest().await;
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_client_that_does_not_sign_in_is_told_and_closed() {
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let mut setup = Setup::with(smart_host(upstream.address)).await;
    setup.limits = Limits { sign_in: Duration::from_secs(1), ..Limits::default() };
    let doors = setup.open().await;
    let mut slow = SmtpClient::connect(doors.address("submission")).await;
    assert!(slow.reply().await.starts_with("220"));
    // One octet after the other never makes a line; the deadline is for all of them together.
    let told = loop {
        slow.raw(b"E").await;
        if let Ok(reply) = tokio::time::timeout(Duration::from_millis(20), slow.reply()).await {
            break reply;
        }
    };
    assert_eq!(told, "421 4.7.0 mail.example.test The time to sign in is over");
    let mut silent = SmtpClient::connect(doors.address("submissions")).await;
    assert_eq!(silent.rest().await, "", "no handshake, no words");
}

#[tokio::test]
async fn one_network_cannot_take_all_places() {
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let mut setup = Setup::with(smart_host(upstream.address)).await;
    setup.limits = Limits { unsigned_per_network: 2, ..Limits::default() };
    let doors = setup.open().await;
    let address = doors.address("submission");
    let mut places = [SmtpClient::connect(address).await, SmtpClient::connect(address).await];
    for client in &mut places {
        assert!(client.reply().await.starts_with("220"));
    }
    let mut third = SmtpClient::connect(address).await;
    assert_eq!(third.reply().await, "421 4.7.0 mail.example.test Too many connections; try again later");
    // Signing in gives the place back.
    let [mut first, _second] = places;
    first.command("EHLO client.example.test").await;
    first.command("STARTTLS").await;
    first.handshake(&doors.authority).await;
    assert!(first.auth_plain(ANNA, &doors.secret).await.starts_with("235"));
    assert!(SmtpClient::connect(address).await.reply().await.starts_with("220"));
}

#[tokio::test]
async fn a_client_with_another_protocol_in_mind_is_refused_by_alpn() {
    let (doors, _upstream) = Doors::open().await;
    let mut config = (*doors.authority.client_config()).clone();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = TcpStream::connect(doors.address("submissions")).await.unwrap();
    let name = "localhost".try_into().unwrap();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let error = connector.connect(name, stream).await.expect_err("the handshake fails");
    assert!(error.to_string().contains("NoApplicationProtocol"), "{error}");
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_failed_sign_in() {
    let (doors, _upstream) = Doors::open().await;
    let mut before = doors.signed_in().await;
    let other = TestAuthority::new("of the new certificate");
    let identity = other.issue(&["localhost"]);
    doors.tls.replace(identity.chain.as_bytes(), identity.key.as_bytes()).unwrap();
    let mut after = SmtpClient::connect_tls(doors.address("submissions"), &other).await;
    after.reply().await;
    assert!(after.auth_plain(ANNA, &doors.secret).await.starts_with("235"));
    assert!(before.command("NOOP").await.starts_with("250"), "a live session goes on");
    assert!(doors.tls.replace(b"nonsense", b"").is_err());
    let mut still = SmtpClient::connect(doors.address("submissions")).await;
    assert!(still.try_handshake(&other).await.is_ok(), "a bad file changes nothing");
}

#[tokio::test]
async fn reload_takes_new_upstreams_for_new_sessions() {
    let (doors, first) = Doors::open().await;
    let second = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let mut before = doors.signed_in().await;
    doors.gateway.reload(vec![smart_host(second.address)], Limits::default()).unwrap();
    let mut after = doors.signed_in().await;
    for client in [&mut before, &mut after] {
        client.send_message(ANNA, "office@example.net", MESSAGE).await;
    }
    assert_eq!((first.messages().len(), second.messages().len()), (1, 1));
}

#[tokio::test]
async fn shutting_down_lets_a_message_through_and_ends_the_others() {
    let (doors, upstream) = Doors::open().await;
    let Doors { gateway, authority, .. } = &doors;
    let address = gateway.local_addr("submission").unwrap();
    let (mut idle, mut busy) = (doors.signed_in().await, doors.signed_in().await);
    let mut unsigned = SmtpClient::connect(address).await;
    unsigned.start_tls(authority).await;
    for command in ["MAIL FROM:<anna@example.test>", "RCPT TO:<office@example.net>", "DATA"] {
        busy.command(command).await;
    }
    let stopping = tokio::spawn(doors.gateway.shut_down(Duration::from_secs(60)));
    assert_eq!(idle.reply().await, STOPPING);
    assert_eq!(unsigned.reply().await, STOPPING);
    busy.raw(MESSAGE).await;
    busy.raw(b".\r\n").await;
    assert_eq!(busy.reply().await, "250 2.0.0 Queued as 4711");
    assert_eq!(busy.reply().await, STOPPING);
    drop((idle, busy, unsigned));
    stopping.await.unwrap();
    assert_eq!(upstream.messages().len(), 1);
    assert!(TcpListener::bind(address).await.is_ok(), "the port is free");
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_ever() {
    let (doors, upstream) = Doors::open().await;
    let mut busy = doors.signed_in().await;
    for command in ["MAIL FROM:<anna@example.test>", "RCPT TO:<office@example.net>", "DATA"] {
        busy.command(command).await;
    }
    busy.raw(b"From: anna@example.test\r\n\r\nHalf").await;
    doors.gateway.shut_down(Duration::from_millis(50)).await;
    assert_eq!(busy.reply().await, STOPPING);
    upstream.wait_until_alone().await;
    assert_eq!(upstream.messages(), []);
}
