//! Live sessions end when the rules say so, in the protocol's words.

use postern_testkit::OPERATOR;
use postern_testkit::smtp_hostile::Act;
use std::time::Duration;

use super::speech::{ALL, IMAP, POP3, SIEVE};

#[tokio::test]
async fn revoking_ends_a_silent_session_with_words() {
    for speech in ALL {
        let (doors, upstream) =
            speech.doors(speech.script([Act::Hear, Act::Say(b"+ idling\r\n"), Act::Hear])).await;
        let mut client = speech.signed_in(&doors).await;
        assert_eq!(client.ask("a IDLE").await, "+ idling");
        doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
        assert_eq!(client.rest().await, speech.revoked);
        upstream.wait_until_alone().await;
        assert!(doors.gateway.live_sessions().is_empty());
    }
}

#[tokio::test]
async fn no_words_where_they_would_not_be_understood() {
    let in_a_line: &[Act] = &[Act::Hear, Act::Say(b"* half a li"), Act::Hear];
    let compressed: &[Act] = &[Act::Hear, Act::Say(b"a OK DEFLATE\r\n"), Act::Hear];
    for (acts, command, expected) in
        [(in_a_line, "a NOOP", "* half a li"), (compressed, "a COMPRESS DEFLATE", "a OK DEFLATE\r\n")]
    {
        let (doors, _upstream) = IMAP.doors(IMAP.script(acts.to_vec())).await;
        let mut client = IMAP.signed_in(&doors).await;
        client.raw(format!("{command}\r\n")).await;
        while doors.gateway.live_sessions()[0].octets_to_client < expected.len() as u64 {
            tokio::task::yield_now().await;
        }
        doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
        assert_eq!(client.rest().await, expected);
    }
}

#[tokio::test]
async fn a_session_in_the_middle_of_much_ends_too() {
    let (doors, upstream) = IMAP.doors(IMAP.script([Act::SayMuch(100 * 1024 * 1024)])).await;
    let client = IMAP.signed_in(&doors).await;
    // The client does not read.
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
    upstream.wait_until_alone().await;
    while !doors.gateway.live_sessions().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(client);
}

#[tokio::test]
async fn stopping_ends_quiet_sessions_with_words() {
    for (speech, expected) in [
        (IMAP, "* BYE [UNAVAILABLE] The server is stopping; try again later\r\n"),
        (POP3, "-ERR [SYS/TEMP] The server is stopping; try again later\r\n"),
        (SIEVE, "BYE (TRYLATER) \"The server is stopping; try again later\"\r\n"),
    ] {
        let (doors, _upstream) = speech.doors(speech.script([Act::Stall])).await;
        let mut signed_in = speech.signed_in(&doors).await;
        let mut unsigned = speech.client(&doors).await;
        let stopping = tokio::spawn(doors.gateway.shut_down(Duration::from_secs(60)));
        assert_eq!(unsigned.rest().await, expected);
        assert_eq!(signed_in.rest().await, expected);
        drop((signed_in, unsigned));
        stopping.await.unwrap();
    }
}
