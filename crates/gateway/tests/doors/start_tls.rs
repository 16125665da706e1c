//! STARTTLS: what was sent in the clear never counts, on either side.

use postern_gateway::UpstreamTls;
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};

use crate::harness::{ANNA, Doors, Setup, secure_smart_host};

async fn before_start_tls(doors: &Doors) -> SmtpClient {
    let mut client = SmtpClient::connect(doors.address("submission")).await;
    client.reply().await;
    client.command("EHLO client.example.test").await;
    client
}

#[tokio::test]
async fn commands_behind_start_tls_in_the_clear_are_forgotten() {
    let (doors, _upstream) = Doors::open().await;
    for injected in
        ["NOOP\r\n", "EHLO attacker.example.test\r\nNOOP\r\n", "AUTH PLAIN AGEAYg==\r\n", "MAIL FR"]
    {
        let mut client = before_start_tls(&doors).await;
        client.raw(format!("STARTTLS\r\n{injected}").as_bytes()).await;
        assert!(client.reply().await.starts_with("220"));
        client.handshake(&doors.authority).await;
        // The first reply under TLS must be to the first command under TLS.
        let reply = client.command("QUIT").await;
        assert!(reply.starts_with("221"), "{injected:?}: {reply}");
    }
}

#[tokio::test]
async fn what_was_said_before_tls_does_not_count_afterwards() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = before_start_tls(&doors).await;
    client.command("STARTTLS").await;
    client.handshake(&doors.authority).await;
    let reply = client.command("STARTTLS").await;
    assert!(reply.starts_with("503"), "a second STARTTLS: {reply}");
    let reply = client.auth_plain(ANNA, &doors.secret).await;
    assert!(reply.starts_with("235"), "{}", client.transcript());
}

#[tokio::test]
async fn a_client_that_talks_in_the_clear_instead_of_the_handshake_is_closed() {
    let (doors, upstream) = Doors::open().await;
    let mut client = before_start_tls(&doors).await;
    client.command("STARTTLS").await;
    client.raw(b"EHLO again.example.test\r\n").await;
    let rest = client.rest().await;
    assert!(!rest.contains("250"), "{rest}");
    assert_eq!(upstream.connections(), 0);
}

/// Scripts of an upstream, or of somebody between, up to the moment where the handshake should be.
fn hostile(authority: &TestAuthority) -> Vec<(&'static str, Vec<Act>)> {
    const GREETING: Act = Act::Say(b"220 upstream ESMTP\r\n");
    const OFFER: Act = Act::Say(b"250-upstream\r\n250 STARTTLS\r\n");
    let identity = authority.issue(&["localhost"]);
    let no_offer = Act::Say(b"250-upstream\r\n250-AUTH PLAIN\r\n250 SIZE\r\n");
    let refused = Act::Say(b"454 4.7.0 TLS not available\r\n");
    let injected = Act::Say(b"220 Go ahead\r\n250 AUTH PLAIN\r\n");
    let ready = Act::Say(b"220 Go ahead\r\n");
    vec![
        ("strips the offer", vec![GREETING, Act::Hear, no_offer, Act::Hear, Act::Stall]),
        ("refuses it", vec![GREETING, Act::Hear, OFFER, Act::Hear, refused, Act::Hear, Act::Stall]),
        ("injects a reply", vec![GREETING, Act::Hear, OFFER, Act::Hear, injected, Act::Handshake(identity)]),
        ("closes instead", vec![GREETING, Act::Hear, OFFER, Act::Hear, ready.clone()]),
        (
            "goes on in the clear",
            vec![GREETING, Act::Hear, OFFER, Act::Hear, ready, Act::Say(b"250 upstream\r\n")],
        ),
    ]
}

#[tokio::test]
async fn an_upstream_without_proper_start_tls_is_never_used_in_the_clear() {
    let authority = TestAuthority::new("of the upstream");
    for (what, script) in hostile(&authority) {
        let upstream = ScriptedUpstream::start(script).await;
        let settings = secure_smart_host(upstream.address, UpstreamTls::StartTls, &authority);
        let mut setup = Setup::with(settings).await;
        setup.upstreams[0].sign_in = postern_gateway::UpstreamSignIn::Fixed {
            user: "relay".to_owned(),
            secret: postern_gateway::Secret::new(b"a secret of ours".to_vec()),
            without_tls: false,
        };
        let doors = setup.open().await;
        let mut client = doors.submissions().await;
        let reply = client.auth_plain(ANNA, &doors.secret).await;
        assert!(reply.starts_with("454 4.7.0"), "{what}: {reply}");
        let heard = upstream.heard();
        let in_the_clear = |line: &String| !line.starts_with("EHLO") && line != "STARTTLS";
        assert!(!heard.iter().any(in_the_clear), "{what}: {heard:?}");
    }
}
