//! An upstream that is down, slow, refuses or talks nonsense: always temporary, never the program's fault.

use std::time::Duration;

use postern_gateway::{Limits, Secret, UpstreamSignIn};
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};
use tokio::net::TcpListener;

use crate::harness::{ANNA, MESSAGE, NO_UPSTREAM, Setup, smart_host};

const GREETING: Act = Act::Say(b"220 upstream ESMTP\r\n");
const OFFER: Act = Act::Say(b"250-upstream\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n");

/// Limits under which a silent upstream is given up soon.
fn impatient() -> Limits {
    Limits { upstream_ready: Duration::from_secs(2), ..Limits::default() }
}

#[tokio::test]
async fn an_upstream_that_is_not_there_or_not_ready_is_a_temporary_failure() {
    let scripts: [(&str, Vec<Act>); 13] = [
        ("closes at once", vec![]),
        ("says nothing", vec![Act::Stall]),
        ("has no room", vec![Act::Say(b"421 4.3.2 Busy\r\n")]),
        ("refuses everybody", vec![Act::Say(b"554 5.7.1 Go away\r\n")]),
        ("greets in no language", vec![Act::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Act::Stall]),
        ("greets without end", vec![Act::Say(&[b'2'; 100_000]), Act::Stall]),
        ("greets with a NUL", vec![Act::Say(b"220 \0\r\n"), Act::Stall]),
        ("dies at EHLO", vec![GREETING, Act::Hear]),
        ("refuses EHLO", vec![GREETING, Act::Hear, Act::Say(b"502 5.5.1 What?\r\n"), Act::Stall]),
        ("says nothing to EHLO", vec![GREETING, Act::Hear, Act::Stall]),
        ("dies at AUTH", vec![GREETING, Act::Hear, OFFER, Act::Hear]),
        (
            "does not know us",
            vec![
                GREETING,
                Act::Hear,
                OFFER,
                Act::Hear,
                Act::Say(b"535 5.7.8 Wrong password\r\n"),
                Act::Stall,
            ],
        ),
        ("knows no mechanism", vec![GREETING, Act::Hear, Act::Say(b"250 upstream\r\n"), Act::Stall]),
    ];
    for (what, script) in scripts {
        let upstream = ScriptedUpstream::start(script).await;
        let mut setup = Setup::with(smart_host(upstream.address)).await;
        setup.limits = impatient();
        setup.upstreams[0].sign_in = UpstreamSignIn::Fixed {
            user: "relay".to_owned(),
            secret: Secret::new(b"a secret of ours".to_vec()),
            without_tls: true,
        };
        let doors = setup.open().await;
        let mut client = doors.submissions().await;
        let reply = client.auth_plain(ANNA, &doors.secret).await;
        assert_eq!(reply, NO_UPSTREAM, "{what}");
        assert!(doors.gateway.live_sessions().is_empty(), "{what}");
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_a_temporary_failure() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let doors = Setup::with(smart_host(address)).await.open().await;
    let mut client = doors.submissions().await;
    assert_eq!(client.auth_plain(ANNA, &doors.secret).await, NO_UPSTREAM);
}

#[tokio::test]
async fn an_account_without_an_upstream_is_a_temporary_failure() {
    let mut setup = Setup::with(smart_host("127.0.0.1:1".parse().unwrap())).await;
    setup.upstreams.clear();
    let doors = setup.open().await;
    let mut client = doors.submissions().await;
    assert_eq!(client.auth_plain(ANNA, &doors.secret).await, NO_UPSTREAM);
}

/// After sign-in: what the client is told at the stage where the upstream fails.
#[tokio::test]
async fn an_upstream_that_fails_in_a_transaction_never_yields_success_or_a_permanent_refusal() {
    let ready = [GREETING, Act::Hear, OFFER];
    let ok = Act::Say(b"250 2.0.0 Ok\r\n");
    let go_ahead = Act::Say(b"354 Go ahead\r\n");
    let to_data = [Act::Hear, ok.clone(), Act::Hear, ok.clone(), Act::Hear];
    let with = |parts: &[&[Act]]| parts.concat();
    let scripts = [
        ("dies at MAIL", with(&[&ready, &[Act::Hear]])),
        (
            "wants us to sign in",
            with(&[&ready, &[Act::Hear, Act::Say(b"530 5.7.0 Sign in\r\n"), Act::Stall]]),
        ),
        ("says 535 itself", with(&[&ready, &[Act::Hear, Act::Say(b"535 5.7.8 Wrong\r\n"), Act::Stall]])),
        ("talks nonsense", with(&[&ready, &[Act::Hear, Act::Say(b"Hello?\r\n"), Act::Stall]])),
        ("dies at RCPT", with(&[&ready, &[Act::Hear, ok.clone(), Act::Hear]])),
        ("dies at DATA", with(&[&ready, &to_data])),
        ("dies in the content", with(&[&ready, &to_data, &[go_ahead.clone(), Act::Hear]])),
        ("dies at the dot", with(&[&ready, &to_data, &[go_ahead.clone(), Act::HearContent]])),
        (
            "ends at the dot",
            with(&[&ready, &to_data, &[go_ahead, Act::HearContent, Act::Say(b"421 4.3.2 Bye\r\n")]]),
        ),
    ];
    for (what, script) in scripts {
        let upstream = ScriptedUpstream::start(script).await;
        let doors = Setup::with(smart_host(upstream.address)).await.open().await;
        let mut client = doors.signed_in().await;
        let mut refusal = None;
        for command in ["MAIL FROM:<anna@example.test>", "RCPT TO:<office@example.net>", "DATA"] {
            let reply = client.command(command).await;
            if !reply.starts_with(['2', '3']) {
                refusal = Some(reply);
                break;
            }
        }
        let refusal = match refusal {
            Some(refusal) => refusal,
            None => {
                client.raw(MESSAGE).await;
                client.raw(b".\r\n").await;
                client.reply().await
            }
        };
        assert!(refusal.starts_with('4'), "{what}: {refusal}\n{}", client.transcript());
    }
}
