//! Refused sign-ins, and failures that are not the program's.

use postern_domain::door::Door;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};
use postern_testkit::{
    ACCOUNT_PASSWORD, DoorClient, OPERATOR, SwitchableStore, TestService, app_password_for,
};

use super::speech::{ALL, IMAP, POP3, SIEVE, Speech};
use crate::harness::{ANNA, Setup};

/// A refusal with its reference taken out.
fn without_reference(answer: &str) -> String {
    let (before, after) = answer.split_once("(ref ").expect("a refusal reference");
    let (reference, rest) = after.split_once(')').expect("its end");
    assert_eq!(reference.len(), 9, "{answer}");
    format!("{before}(ref …){rest}")
}

const REFUSED: &str = "Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info \
                       (ref …)";

#[tokio::test]
async fn every_cause_is_refused_with_the_words_of_smtp_and_reaches_no_upstream() {
    for (speech, end) in [(IMAP, ""), (POP3, ""), (SIEVE, "\"")] {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        let service = &doors.service.service;
        let other_door = app_password_for(ANNA, "Only for SMTP", [Door::Smtp]);
        let other_door = service.create_app_password(OPERATOR, other_door).await.unwrap();
        let revoked = app_password_for(ANNA, "It was revoked", [speech.door]);
        let revoked = service.create_app_password(OPERATOR, revoked).await.unwrap();
        service.revoke_app_password(OPERATOR, revoked.app_password.id, "").await.unwrap();
        for (user, secret) in [
            ("nobody@example.test", doors.secret.as_str()),
            (ANNA, "wrong"),
            (ANNA, ""),
            (ANNA, ACCOUNT_PASSWORD),
            (ANNA, other_door.secret.expose_canonical()),
            (ANNA, revoked.secret.expose_canonical()),
        ] {
            let mut client = speech.client(&doors).await;
            let answer = client.ask(&speech.sign_in(user, secret)).await;
            assert_eq!(without_reference(&answer), format!("{}{REFUSED}{end}", speech.refused));
        }
        let mut client = speech.client(&doors).await;
        let answer = client.ask(&speech.sign_in_as("bert@example.test", ANNA, &doors.secret)).await;
        assert_eq!(
            without_reference(&answer),
            format!("{}{REFUSED}{end}", speech.refused),
            "acting for another"
        );
        assert_eq!(upstream.connections(), 0);
        // The connection goes on.
        let answer = client.ask(&speech.sign_in(ANNA, &doors.secret)).await;
        assert!(answer.starts_with(speech.accepted), "{answer}");
    }
}

#[tokio::test]
async fn a_port_scan_opens_no_upstream_connection() {
    for speech in ALL {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        for listener in [speech.start_tls, speech.implicit] {
            drop(DoorClient::connect(doors.address(listener)).await);
            let mut client = DoorClient::connect(doors.address(listener)).await;
            // Whether a client of the wrong kind gets an answer does not matter here.
            let _ = client.try_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
            client.close_our_side().await;
            client.rest().await;
        }
        assert_eq!(upstream.connections(), 0);
    }
}

#[tokio::test]
async fn a_database_that_is_down_is_never_reported_as_a_wrong_password() {
    for speech in ALL {
        let upstream = ScriptedUpstream::start(speech.script([Act::Echo])).await;
        let switch = SwitchableStore::open().await;
        let service = TestService::open_on(switch.clone()).await;
        let setup = Setup { service, ..Setup::with(speech.upstream(upstream.address)).await };
        let doors = setup.open().await;
        let mut live = speech.signed_in(&doors).await;
        let mut client = speech.client(&doors).await;
        switch.take_down();
        for secret in [doors.secret.as_str(), "wrong"] {
            let answer = client.ask(&speech.sign_in(ANNA, secret)).await;
            assert!(answer.starts_with(speech.temporary), "{answer}");
        }
        assert_eq!(live.ask("goes on").await, "goes on");
        switch.bring_up();
        let answer = client.ask(&speech.sign_in(ANNA, &doors.secret)).await;
        assert!(answer.starts_with(speech.accepted), "{answer}");
    }
}

/// The words with which each protocol turns a connection away for which there is no room.
#[tokio::test]
async fn too_many_connections_are_turned_away_in_the_words_of_the_protocol() {
    for (speech, expected) in [
        (IMAP, "* BYE [LIMIT] Too many connections; try again later"),
        (POP3, "-ERR [SYS/TEMP] Too many connections; try again later"),
        (SIEVE, "BYE (TRYLATER) \"Too many connections; try again later\""),
    ] {
        let upstream = ScriptedUpstream::start(speech.script([])).await;
        let mut setup = Setup::with(speech.upstream(upstream.address)).await;
        setup.limits.unsigned_per_network = 1;
        let doors = setup.open().await;
        let mut first = DoorClient::connect(doors.address(speech.start_tls)).await;
        first.line_with(&[speech.ready]).await;
        let mut second = DoorClient::connect(doors.address(speech.start_tls)).await;
        assert_eq!(second.rest().await, format!("{expected}\r\n"));
    }
}

#[tokio::test]
async fn a_client_that_names_another_protocol_in_tls_is_refused() {
    let speech_and_name: [(Speech, &[u8]); 3] = [(IMAP, b"imap"), (POP3, b"pop3"), (SIEVE, b"managesieve")];
    for (speech, name) in speech_and_name {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        for (offered, is_taken) in [(name, true), (b"http/1.1".as_slice(), false), (b"smtp", false)] {
            let mut config = (*doors.authority.client_config()).clone();
            config.alpn_protocols = vec![offered.to_vec()];
            let mut client = DoorClient::connect(doors.address(speech.implicit)).await;
            let shaken = client.handshake(config.into()).await;
            assert_eq!(shaken.is_ok(), is_taken, "{:?} {offered:?}", speech.door);
        }
        assert_eq!(upstream.connections(), 0);
    }
}
