//! STARTTLS: what was sent in the clear never counts, on either side.

use postern_domain::door::Door;
use postern_gateway::UpstreamTls;
use postern_testkit::DoorClient;
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};

use super::speech::{ALL, IMAP, NO_UPSTREAM, POP3, SIEVE, Speech};
use crate::harness::Setup;

#[tokio::test]
async fn commands_behind_start_tls_in_the_clear_are_forgotten() {
    for (speech, injections) in [
        (IMAP, ["b NOOP\r\n", "b LOGIN a b\r\n", "b LOG"]),
        (POP3, ["NOOP\r\n", "USER a\r\nPASS b\r\n", "CA"]),
        (SIEVE, ["NOOP\r\n", "AUTHENTICATE \"PLAIN\" \"AGEAYg==\"\r\n", "NOO"]),
    ] {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        for injected in injections {
            let mut client = DoorClient::connect(doors.address(speech.start_tls)).await;
            client.line_with(&[speech.ready]).await;
            let (command, good) = speech.ask_for_tls;
            client.raw(format!("{command}\r\n{injected}")).await;
            assert!(client.line().await.starts_with(good));
            client.handshake(doors.authority.client_config()).await.unwrap();
            if speech.door == Door::ManageSieve {
                client.line_with(&[speech.ready]).await;
            }
            // The first answer under TLS must be to the first command under TLS.
            let (command, expected) = speech.leave;
            let answer = client.ask(command).await;
            assert!(answer.starts_with(expected), "{injected:?}: {answer}");
        }
        assert_eq!(upstream.connections(), 0);
    }
}

#[tokio::test]
async fn a_client_that_talks_in_the_clear_instead_of_the_handshake_is_closed() {
    for speech in ALL {
        let (doors, _upstream) = speech.doors(speech.script([])).await;
        let mut client = DoorClient::connect(doors.address(speech.start_tls)).await;
        client.line_with(&[speech.ready]).await;
        let (command, good) = speech.ask_for_tls;
        assert!(client.ask(command).await.starts_with(good));
        let (command, expected) = speech.leave;
        client.raw(format!("{command}\r\n")).await;
        assert!(!client.rest().await.contains(expected));
    }
}

/// Scripts of an upstream, or of somebody between, up to the moment where the handshake should be.
fn hostile(speech: &Speech, authority: &TestAuthority) -> Vec<(&'static str, Vec<Act>)> {
    let (stripped, refused, ready, injected): (&[u8], &[u8], &[u8], &[u8]) = match speech.door {
        Door::Imap => (
            b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n",
            b"P NO not now\r\n",
            b"P OK go ahead\r\n",
            b"P OK go ahead\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        ),
        Door::Pop3 => (b"-ERR\r\n", b"-ERR not now\r\n", b"+OK\r\n", b"+OK\r\n+OK\r\n"),
        _ => (
            b"\"SIEVE\" \"\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n",
            b"NO \"not now\"\r\n",
            b"OK\r\n",
            b"OK\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n",
        ),
    };
    let leak = |octets: &[u8]| Act::Say(Box::leak(octets.to_vec().into_boxed_slice()));
    let [stripped, refused, ready, injected] = [stripped, refused, ready, injected].map(leak);
    let greeting = Act::Say(speech.greeting);
    let identity = authority.issue(&["localhost"]);
    vec![
        ("strips the offer", vec![stripped, Act::Hear, Act::Stall]),
        ("refuses it", vec![greeting.clone(), Act::Hear, refused, Act::Hear, Act::Stall]),
        ("injects an answer", vec![greeting.clone(), Act::Hear, injected, Act::Handshake(identity)]),
        ("closes instead", vec![greeting.clone(), Act::Hear, ready.clone()]),
        (
            "goes on in the clear",
            vec![greeting, Act::Hear, ready, Act::Say(speech.greeting), Act::Hear, Act::Stall],
        ),
    ]
}

#[tokio::test]
async fn an_upstream_without_proper_start_tls_is_never_used_in_the_clear() {
    let authority = TestAuthority::new("of the upstream");
    for speech in ALL {
        for (what, script) in hostile(&speech, &authority) {
            let upstream = ScriptedUpstream::start(script).await;
            let settings = speech.secure_upstream(upstream.address, UpstreamTls::StartTls, &authority);
            let mut setup = Setup::with(settings).await;
            setup.limits.upstream_ready = std::time::Duration::from_secs(1);
            let doors = setup.open().await;
            let answer = speech.failure(&doors).await;
            assert!(answer.contains(NO_UPSTREAM), "{:?} {what}: {answer}", speech.door);
            let heard = upstream.heard();
            let asks_for_tls = |line: &String| ["P STARTTLS", "STLS", "STARTTLS"].contains(&line.as_str());
            // A handshake instead of lines may look like a line.
            let in_the_clear = heard.iter().filter(|line| line.is_ascii() && !asks_for_tls(line));
            assert_eq!(in_the_clear.count(), 0, "{:?} {what}: {heard:?}", speech.door);
        }
    }
}
