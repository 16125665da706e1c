//! Upstreams that mean harm, or are broken: to the client every one of them is a temporary failure.

use std::time::Duration;

use postern_domain::door::Door;
use postern_gateway::Limits;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};

use super::speech::{ALL, IMAP, NO_UPSTREAM, Speech};
use crate::harness::Setup;

/// What an upstream can do instead of signing us in.
fn scripts(speech: &Speech) -> Vec<(&'static str, Vec<Act>)> {
    let greeting = Act::Say(speech.greeting);
    let refuses: &'static [u8] = match speech.door {
        Door::Imap => b"P NO [AUTHENTICATIONFAILED] relay is not known here\r\n",
        Door::Pop3 => b"+OK\r\nSASL PLAIN\r\n.\r\n-ERR [AUTH] relay is not known here\r\n",
        _ => b"NO \"relay is not known here\"\r\n",
    };
    let closes: &'static [u8] = match speech.door {
        Door::Imap => b"* BYE overloaded\r\n",
        Door::Pop3 => b"-ERR [SYS/TEMP] overloaded\r\n",
        _ => b"BYE (TRYLATER) \"overloaded\"\r\n",
    };
    let preauthenticates: &'static [u8] = match speech.door {
        Door::Imap => b"* PREAUTH somebody\r\n",
        _ => b"HTTP/1.1 400 Bad Request\r\n\r\n",
    };
    vec![
        ("closes at once", vec![]),
        ("says nothing", vec![Act::Stall]),
        ("says no greeting", vec![Act::Say(preauthenticates), Act::Stall]),
        ("talks garbage", vec![Act::Say(b"\0\xff\r\n"), Act::Stall]),
        ("never ends a line", vec![Act::SayMuch(1024 * 1024), Act::Stall]),
        ("never ends its lines", vec![Act::Say(ENDLESS), Act::Stall]),
        ("is overloaded", vec![Act::Say(closes), Act::Stall]),
        ("dies after the greeting", vec![greeting.clone()]),
        ("never answers", vec![greeting.clone(), Act::Hear, Act::Stall]),
        ("does not know us", vec![greeting.clone(), Act::Hear, Act::Say(refuses), Act::Hear, Act::Stall]),
        ("answers garbage", vec![greeting, Act::Hear, Act::Say(b"what?\r\n"), Act::Stall]),
    ]
}

const ENDLESS: &[u8] = &[b'\n'; 10_000];

#[tokio::test]
async fn every_failure_of_the_upstream_is_temporary_and_says_nothing_of_it() {
    for speech in ALL {
        for (what, script) in scripts(&speech) {
            let upstream = ScriptedUpstream::start(script).await;
            let mut setup = Setup::with(speech.upstream(upstream.address)).await;
            setup.limits = Limits { upstream_ready: Duration::from_secs(1), ..Limits::default() };
            let doors = setup.open().await;
            let answer = speech.failure(&doors).await;
            let text = answer.strip_prefix(speech.temporary).unwrap_or(&answer).trim_end_matches('"');
            assert_eq!(text, NO_UPSTREAM, "{:?} {what}", speech.door);
            assert!(doors.gateway.live_sessions().is_empty(), "{:?} {what}", speech.door);
        }
    }
}

#[tokio::test]
async fn nobody_there_and_no_upstream_at_all_are_temporary_too() {
    for speech in ALL {
        let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let doors = Setup::with(speech.upstream(nobody)).await.open().await;
        assert!(speech.failure(&doors).await.starts_with(speech.temporary));
        let mut setup = Setup::with(speech.upstream(nobody)).await;
        setup.upstreams.clear();
        assert!(speech.failure(&setup.open().await).await.starts_with(speech.temporary));
    }
}

#[tokio::test]
async fn an_upstream_that_asks_for_patience_is_passed_on_as_that() {
    let script = vec![
        Act::Say(IMAP.greeting),
        Act::Hear,
        Act::Say(b"P NO [THROTTLED] Suggested Backoff Time: 90000 milliseconds\r\n"),
        Act::Stall,
    ];
    let (doors, _upstream) = IMAP.doors(script).await;
    assert_eq!(
        IMAP.failure(&doors).await,
        "a NO [UNAVAILABLE] The service behind this door asks for patience; the password was not refused, try again in \
         90 seconds"
    );
}
