//! Octets pass unread, both ways, whatever they are.

use std::time::Duration;

use postern_testkit::smtp_hostile::{Act, ScriptedUpstream, pattern};

use super::speech::{ALL, IMAP, POP3};
use crate::harness::Setup;

const MUCH: usize = 10 * 1024 * 1024;

#[tokio::test]
async fn much_passes_both_ways_while_nobody_hurries() {
    for speech in ALL {
        let (hold, release) = tokio::sync::watch::channel(false);
        let (doors, upstream) = speech
            .doors(speech.script([
                Act::WaitFor(release),
                Act::HearOctets(MUCH),
                Act::SayMuch(MUCH),
                Act::Say(b"\r\nlast\r\n"),
                Act::Hear,
            ]))
            .await;
        let mut client = speech.signed_in(&doors).await;
        // The upstream does not read: what is sent must stop somewhere, and not in a buffer of ours.
        let mut sent = 0;
        let octets = pattern(MUCH);
        while let Some(piece) = octets.get(sent..sent + 64 * 1024) {
            let sending = client.try_raw(piece);
            if tokio::time::timeout(Duration::from_millis(500), sending).await.is_err() {
                break;
            }
            sent += piece.len();
        }
        let [session] = doors.gateway.live_sessions().try_into().unwrap();
        assert!(session.octets_from_client < MUCH as u64, "back-pressure");
        // How much of the piece that got stuck was taken nobody can tell, so this client is given up.
        drop(client);
        let mut client = speech.signed_in(&doors).await;
        hold.send_replace(true);
        client.raw(&octets).await;
        let expected = [octets.as_slice(), b"\r\nlast\r\n"].concat();
        let back = client.octets(expected.len()).await;
        assert!(back == expected, "not an octet is changed");
        client.raw("done\r\n").await;
        upstream.wait_for_lines(1).await;
        drop(client);
        upstream.wait_until_alone().await;
    }
}

#[tokio::test]
async fn a_side_that_has_said_everything_can_still_listen() {
    for speech in ALL {
        let (doors, upstream) = speech.doors(speech.script([Act::Echo, Act::Say(b"the end\r\n")])).await;
        let mut client = speech.signed_in(&doors).await;
        client.raw("everything\r\n").await;
        client.close_our_side().await;
        assert_eq!(client.rest().await, "everything\r\nthe end\r\n");
        upstream.wait_until_alone().await;
    }
}

#[tokio::test]
async fn an_upstream_that_closes_closes_the_session() {
    for speech in ALL {
        let (doors, _upstream) = speech.doors(speech.script([Act::Hear, Act::Say(b"* BYE idle\r\n")])).await;
        let mut client = speech.signed_in(&doors).await;
        client.raw("x\r\n").await;
        assert_eq!(client.rest().await, "* BYE idle\r\n");
        drop(client);
        while !doors.gateway.live_sessions().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_client_that_is_gone_is_gone_for_the_upstream_too() {
    for speech in ALL {
        let (doors, upstream) = speech.doors(speech.script([Act::Echo])).await;
        let client = speech.signed_in(&doors).await;
        drop(client);
        upstream.wait_until_alone().await;
    }
}

#[tokio::test]
async fn octets_are_counted() {
    let (doors, _upstream) = POP3.doors(POP3.script([Act::Echo])).await;
    let mut client = POP3.signed_in(&doors).await;
    client.ask("0123456789").await;
    let [session] = doors.gateway.live_sessions().try_into().unwrap();
    assert_eq!((session.octets_from_client, session.octets_to_client), (12, 12));
}

#[tokio::test]
async fn a_silent_session_ends_with_words() {
    let upstream = ScriptedUpstream::start(IMAP.script([Act::Stall])).await;
    let mut setup = Setup::with(IMAP.upstream(upstream.address)).await;
    setup.limits.mailbox_silence = Duration::from_millis(300);
    let doors = setup.open().await;
    let mut client = IMAP.signed_in(&doors).await;
    assert_eq!(client.rest().await, "* BYE Nothing was received for too long\r\n");
}

#[tokio::test]
async fn a_side_that_takes_nothing_is_given_up() {
    let upstream = ScriptedUpstream::start(IMAP.script([Act::Stall])).await;
    let mut setup = Setup::with(IMAP.upstream(upstream.address)).await;
    setup.limits.write = Duration::from_millis(300);
    let doors = setup.open().await;
    let mut client = IMAP.signed_in(&doors).await;
    while client.try_raw(vec![b'x'; 64 * 1024]).await.is_ok() {}
    assert!(doors.gateway.live_sessions().is_empty());
}
