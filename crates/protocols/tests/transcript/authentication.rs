//! AUTH: the reply table of RFC 4954 and every quirk of real clients that WIRE §2.1 lists.

use super::runner::implicit;

#[test]
fn plain_inline() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH PLAIN AHVzZXIAcGFzcw==
        * verify PLAIN user pass
        ! accept
        S: 235 2.7.0 Authentication succeeded
        * relay",
    );
}

#[test]
fn plain_after_a_challenge_and_with_an_empty_initial_response() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH plain
        S: 334
        C: AHVzZXIAcGFzcw==
        * verify PLAIN user pass
        ! refuse Sign-in refused (ref 7Q3K-M2XA)
        S: 535 5.7.8 Sign-in refused (ref 7Q3K-M2XA)
        C: AUTH PLAIN =
        S: 334
        C: AHVzZXIAcGFzcw==
        * verify PLAIN user pass",
    );
}

#[test]
fn the_challenge_of_plain_has_its_trailing_space() {
    use postern_protocols::smtp::submission::{Session, Step, Tls};
    let mut session = Session::<()>::new(super::runner::config(Tls::Implicit).into());
    assert!(matches!(session.next_step(), Step::Send(_)));
    session.receive(b"AUTH PLAIN\r\n");
    let Step::Send(bytes) = session.next_step() else { panic!("a challenge was expected") };
    assert_eq!(bytes, b"334 \r\n");
}

#[test]
fn login_with_prompts() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: dXNlcg==
        S: 334 UGFzc3dvcmQ6
        C: cGFzcw==
        * verify LOGIN user pass",
    );
}

#[test]
fn login_with_the_user_name_inline() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH LOGIN dXNlcg==
        S: 334 UGFzc3dvcmQ6
        C: cGFzcw==
        * verify LOGIN user pass",
    );
}

#[test]
fn login_with_user_name_and_secret_inline() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH LOGIN dXNlcg== cGFzcw==
        * verify LOGIN user pass",
    );
}

#[test]
fn login_with_an_empty_initial_response_is_asked_for_the_name() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH LOGIN =
        S: 334 VXNlcm5hbWU6",
    );
}

#[test]
fn auth_after_helo() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: HELO scanner
        S: 250 door.test
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6",
    );
}

#[test]
fn an_authorization_identity_is_reported_unless_it_is_the_user_name() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH PLAIN VVNFUgB1c2VyAHBhc3M=
        * verify PLAIN user pass
        ! refuse No.
        S: 535 5.7.8 No.
        C: AUTH PLAIN b3RoZXIAdXNlcgBwYXNz
        * verify PLAIN user pass as other",
    );
}

#[test]
fn an_empty_secret_goes_to_the_verifier() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH PLAIN AHVzZXIA
        * verify PLAIN user",
    );
}

#[test]
fn mistakes_of_the_exchange() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C: AUTH
        S: 501 5.5.4 The name of a mechanism must follow
        C: AUTH CRAM-MD5
        S: 504 5.5.4 The mechanism is not known; use PLAIN or LOGIN
        C: AUTH PLAIN AHVzZXIAcGFzcw
        S: 501 5.5.2 The response is not valid base64
        C: AUTH PLAIN AHVzZXIAcGFzcw== x
        S: 501 5.5.2 The response is not valid base64
        C: AUTH PLAIN dXNlcg==
        S: 501 5.5.2 The response does not have the form that the mechanism prescribes
        C: AUTH PLAIN
        S: 334
        C: *
        S: 501 5.7.0 The exchange was cancelled
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: !!
        S: 501 5.5.2 The response is not valid base64
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: dXNlcg==
        S: 334 UGFzc3dvcmQ6
        C: *
        S: 501 5.7.0 The exchange was cancelled
        C: NOOP
        S: 250 2.0.0 Nothing done",
    );
}

#[test]
fn nuls_and_bytes_that_are_not_utf_8_are_refused() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH PLAIN AHUAcAB4
        S: 501 5.5.2 The response does not have the form that the mechanism prescribes
        C: AUTH PLAIN AP8AcA==
        S: 501 5.5.2 The response does not have the form that the mechanism prescribes
        C: AUTH LOGIN dQAA
        S: 501 5.5.2 The response does not have the form that the mechanism prescribes
        C: AUTH LOGIN dXNlcg== cAA=
        S: 501 5.5.2 The response does not have the form that the mechanism prescribes
        C: AUTH LOGIN dQo=
        S: 501 5.5.2 The response does not have the form that the mechanism prescribes",
    );
}

#[test]
fn a_response_may_have_12288_octets_and_no_more() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C: AUTH PLAIN
        S: 334
        C~ {12288!}\r\n
        S: 501 5.5.2 The response is not valid base64
        C: AUTH PLAIN
        S: 334
        C~ {12289A}
        S: 500 5.5.6 The line is too long for an AUTH exchange
        C~ {9999A}\r\nNOOP\r\n
        S: 250 2.0.0 Nothing done
        C~ auth PLAIN {12278A}
        S: 500 5.5.6 The line is too long for an AUTH exchange",
    );
}

#[test]
fn failures_of_ours_are_temporary() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH PLAIN AHVzZXIAcGFzcw==
        * verify PLAIN user pass
        ! unavailable
        S: 454 4.7.0 Signing in is not possible at the moment; the password was not refused, try again later
        C: AUTH PLAIN AHVzZXIAcGFzcw==
        * verify PLAIN user pass
        ! delay Too many attempts; try again in a minute
        S: 454 4.7.0 Too many attempts; try again in a minute",
    );
}

#[test]
fn a_refusal_text_cannot_forge_a_reply() {
    use postern_protocols::smtp::submission::{Session, Step, Tls, Verdict};
    let mut session = Session::<()>::new(super::runner::config(Tls::Implicit).into());
    let _greeting = session.next_step();
    session.receive(b"AUTH PLAIN AHUAcA==\r\n");
    assert!(matches!(session.next_step(), Step::Verify(_)));
    session.verdict(Verdict::Refused { text: "No\r\n235 2.7.0 Yes".to_owned() });
    let Step::Send(bytes) = session.next_step() else { panic!("a reply was expected") };
    assert_eq!(bytes, b"535 5.7.8 No??235 2.7.0 Yes\r\n");
}

#[test]
fn commands_pipelined_behind_auth_wait_for_the_verdict() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C~ AUTH PLAIN AHUAcA==\r\nMAIL FROM:<a@ok.test>\r\nRCPT TO:<b@ok.test>\r\n
        * verify PLAIN u p
        ! accept
        S: 235 2.7.0 Authentication succeeded
        * relay
        U> MAIL FROM:<a@ok.test>
        U< 250 2.1.0 Ok
        S: 250 2.1.0 Ok
        U> RCPT TO:<b@ok.test>
        U< 250 2.1.5 Ok
        S: 250 2.1.5 Ok",
    );
}

#[test]
fn commands_pipelined_behind_a_refused_auth_are_refused_too() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C~ AUTH PLAIN AHUAcA==\r\nMAIL FROM:<a@ok.test>\r\n
        * verify PLAIN u p
        ! refuse No.
        S: 535 5.7.8 No.
        S: 530 5.7.0 Authentication required",
    );
}

#[test]
fn a_verdict_that_nobody_asked_for_signs_nobody_in() {
    implicit(
        "S: 220 door.test ESMTP Postern
        ! accept
        C: MAIL FROM:<a@ok.test>
        S: 530 5.7.0 Authentication required",
    );
}

#[test]
fn after_sign_in_auth_and_starttls_are_out_of_sequence() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: AUTH PLAIN AHUAcA==
        * verify PLAIN u p
        ! accept
        S: 235 2.7.0 Authentication succeeded
        * relay
        C: AUTH PLAIN AHUAcA==
        S: 503 5.5.1 You are signed in already
        C: STARTTLS
        S: 503 5.5.1 The connection is protected by TLS already
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>
        U< 250 2.1.0 Ok
        S: 250 2.1.0 Ok
        C: AUTH PLAIN AHUAcA==
        S: 503 5.5.1 You are signed in already",
    );
}
