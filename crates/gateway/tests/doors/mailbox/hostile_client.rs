//! Clients that mean harm, or know no better.

use std::time::Duration;

use postern_domain::door::Door;
use postern_testkit::DoorClient;
use postern_testkit::smtp_hostile::ScriptedUpstream;

use super::speech::{ALL, IMAP, POP3, SIEVE};
use crate::harness::{ANNA, Setup};

#[tokio::test]
async fn no_line_and_no_literal_without_end() {
    for speech in ALL {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        let mut attacks = vec![vec![b'x'; 64 * 1024], b"\0\xff\r\n".repeat(100), b"\n".repeat(100)];
        match speech.door {
            Door::Imap => attacks.extend([
                b"a LOGIN {65536}\r\n".repeat(20),
                [b"a LOGIN {65536+}\r\n".as_slice(), &[b'x'; 65_536]].concat(),
                b"a LOGIN {1+}\r\nx {1+}\r\nx {1+}\r\nx\r\n".to_vec(),
                b"a LOGIN {99999999999999999999999+}\r\n".to_vec(),
            ]),
            Door::Pop3 => attacks.push(b"USER x\r\nPASS y\r\n".repeat(20)),
            _ => attacks.extend([
                [b"AUTHENTICATE \"PLAIN\" {65536+}\r\n".as_slice(), &[b'x'; 65_536]].concat(),
                b"AUTHENTICATE {4294967296+}\r\n".to_vec(),
            ]),
        }
        for attack in attacks {
            let mut client = speech.client(&doors).await;
            // It may be cut off while it sends.
            let _ = client.try_raw(&attack).await;
            client.rest().await;
        }
        assert_eq!(upstream.connections(), 0);
        speech.client(&doors).await;
    }
}

#[tokio::test]
async fn too_much_behind_a_sign_in_that_is_not_answered_is_cut_off() {
    for speech in ALL {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        let mut client = speech.client(&doors).await;
        let sign_in = speech.sign_in("nobody@example.test", "wrong");
        let flood = format!("{sign_in}\r\n").repeat(2_000);
        let _ = client.try_raw(&flood).await;
        let answers = client.rest().await;
        assert!(answers.len() < 8_192, "{}", answers.len());
        assert_eq!(upstream.connections(), 0);
    }
}

#[tokio::test]
async fn a_client_that_does_not_sign_in_is_told_and_closed() {
    for (speech, expected) in [
        (IMAP, "* BYE The time to sign in is over\r\n"),
        (POP3, "-ERR [SYS/TEMP] The time to sign in is over\r\n"),
        (SIEVE, "BYE \"The time to sign in is over\"\r\n"),
    ] {
        let upstream = ScriptedUpstream::start(speech.script([])).await;
        let mut setup = Setup::with(speech.upstream(upstream.address)).await;
        setup.limits.sign_in = Duration::from_secs(1);
        let doors = setup.open().await;
        let mut slow = DoorClient::connect(doors.address(speech.start_tls)).await;
        slow.line_with(&[speech.ready]).await;
        // One octet after the other never makes a line; the deadline is for all of them together.
        let told = loop {
            let _ = slow.try_raw("x").await;
            if let Ok(told) = tokio::time::timeout(Duration::from_millis(20), slow.rest()).await {
                break told;
            }
        };
        assert_eq!(told, expected);
        let mut silent = DoorClient::connect(doors.address(speech.implicit)).await;
        assert_eq!(silent.rest().await, "", "no handshake, no words");
    }
}

#[tokio::test]
async fn a_client_that_only_guesses_is_closed() {
    for speech in ALL {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        let mut client = speech.client(&doors).await;
        for _ in 0..10 {
            let answer = client.ask(&speech.sign_in(ANNA, "the same wrong one")).await;
            assert!(answer.starts_with(speech.refused), "{answer}");
        }
        assert!(client.rest().await.contains("Too many errors"));
        assert_eq!(upstream.connections(), 0);
    }
}
