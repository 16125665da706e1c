//! The POP3 door until sign-in.

use std::sync::Arc;

use postern_protocols::door::Tls;
use postern_protocols::pop3::{Config, Session};

use super::runner::{self, Proof};

fn with(tls: Tls, script: &str) {
    let session = Session::<Proof>::new(&Arc::new(Config { tls }));
    runner::run(session, &format!("S: +OK Postern ready\n{script}"));
}

#[test]
fn user_and_pass() {
    with(
        Tls::Implicit,
        r#"C: USER u@x.test
        S: +OK Now the password
        C: PASS  a b\\x
        * verify LOGIN u@x.test  a b\\x
        ! accept
        S: +OK Signed in
        * relay """#,
    );
    with(
        Tls::Implicit,
        "C: PASS x
        S: -ERR USER comes before PASS
        C: user u
        S: +OK Now the password
        C: pass
        * verify LOGIN u
        ! refuse No.
        S: -ERR [AUTH] No.
        C: PASS x
        S: -ERR USER comes before PASS
        C: USER
        S: +OK Now the password
        C: PASS x
        S: -ERR The user name or the password has octets that cannot be",
    );
}

#[test]
fn auth_in_every_form() {
    with(
        Tls::Implicit,
        "C: AUTH
        S: +OK The mechanisms
        S: PLAIN
        S: LOGIN
        S: .
        C: AUTH PLAIN AHUAcA==
        * verify PLAIN u p
        ! refuse No.
        S: -ERR [AUTH] No.
        C: AUTH PLAIN
        S: +
        C: AHUAcA==
        * verify PLAIN u p
        ! refuse No.
        S: -ERR [AUTH] No.
        C: auth plain =
        S: +
        C: *
        S: -ERR The exchange was cancelled
        C: AUTH LOGIN
        S: + VXNlcm5hbWU6
        C: dQ==
        S: + UGFzc3dvcmQ6
        C: cA==
        * verify LOGIN u p
        ! refuse No.
        S: -ERR [AUTH] No.
        C: AUTH LOGIN dQ==
        S: + UGFzc3dvcmQ6
        C: !
        S: -ERR The response is not valid base64
        C: AUTH CRAM-MD5
        S: -ERR The mechanism is not known; use PLAIN or LOGIN
        C: AUTH PLAIN dXNlcg==
        S: -ERR The response does not have the form that the mechanism prescribes",
    );
}

#[test]
fn every_verdict_has_its_code() {
    with(
        Tls::Implicit,
        r"C: AUTH PLAIN AHUAcA==
        * verify PLAIN u p
        ! refuse No.\r\n+OK
        S: -ERR [AUTH] No.??+OK
        C: AUTH PLAIN AHUAcA==
        * verify PLAIN u p
        ! delay Wait
        S: -ERR [SYS/TEMP] Wait
        C: AUTH PLAIN AHUAcA==
        * verify PLAIN u p
        ! limit Ten sessions
        S: -ERR [SYS/TEMP] Ten sessions
        C: AUTH PLAIN AHUAcA==
        * verify PLAIN u p
        ! upstream-refused Consent
        S: -ERR [SYS/TEMP] Consent
        C: AUTH PLAIN AHUAcA==
        * verify PLAIN u p
        ! unavailable
        S: -ERR [SYS/TEMP] Signing in is not possible at the moment; the password was not refused, try again later",
    );
}

#[test]
fn capabilities_before_and_after_tls_and_nothing_survives_stls() {
    with(
        Tls::StartTls,
        r"C: CAPA
        S: +OK The capabilities
        S: TOP
        S: UIDL
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: PIPELINING
        S: STLS
        S: .
        C: USER u
        S: -ERR TLS is required; issue STLS first
        C: PASS p
        S: -ERR TLS is required; issue STLS first
        C: AUTH PLAIN AHUAcA==
        S: -ERR TLS is required; issue STLS first
        C: STLS now
        S: -ERR STLS takes no arguments
        C~ STLS\r\nUSER evil\r\nPASS evil\r\n
        S: +OK Begin TLS
        * start-tls
        C~ USER evil\r\n
        * start-tls
        ! tls
        C: PASS x
        S: -ERR USER comes before PASS
        C: STLS
        S: -ERR The connection is protected by TLS already
        C: CAPA
        S: +OK The capabilities
        S: TOP
        S: UIDL
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: PIPELINING
        S: USER
        S: SASL PLAIN LOGIN
        S: .",
    );
}

#[test]
fn what_is_pipelined_is_handed_over() {
    with(
        Tls::Implicit,
        r#"C~ USER u\r\nPASS p\r\nSTAT\r\nRETR 1
        S: +OK Now the password
        * verify LOGIN u p
        ! accept
        S: +OK Signed in
        * relay "STAT\r\nRETR 1""#,
    );
}

#[test]
fn everything_else() {
    with(
        Tls::Implicit,
        "C: NOOP
        S: +OK Nothing done
        C: STAT
        S: -ERR The command is not known before sign-in
        C: APOP u c4c9334bac560ecc979e58001b3e22fb
        S: -ERR APOP is not offered; use USER and PASS, or AUTH
        C: USER u {5}
        S: +OK Now the password
        C: QUIT
        S: +OK Signing off
        * close",
    );
    with(Tls::Implicit, "C: PASS <12540x>\nS: -ERR The line is too long\n* close");
    with(Tls::Implicit, "! stop\nS: -ERR [SYS/TEMP] The server is stopping; try again later\n* close");
    with(
        Tls::Implicit,
        "! revoke\nS: -ERR [SYS/PERM] The app password is no longer valid; this session has ended\n* close",
    );
}
