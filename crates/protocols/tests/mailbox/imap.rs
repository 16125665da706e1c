//! The IMAP door until sign-in.

use std::sync::Arc;

use postern_protocols::door::Tls;
use postern_protocols::imap::{Config, Session};

use super::runner::{self, Proof};

pub(crate) const GREETING: &str =
    "S: * OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE AUTH=PLAIN AUTH=LOGIN] Postern ready\n";
const CLEAR: &str =
    "S: * OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE STARTTLS LOGINDISABLED] Postern ready\n";

pub(crate) fn implicit(script: &str) {
    let session = Session::<Proof>::new(&Arc::new(Config { tls: Tls::Implicit }));
    runner::run(session, &format!("{GREETING}{script}"));
}

pub(crate) fn clear(script: &str) {
    let session = Session::<Proof>::new(&Arc::new(Config { tls: Tls::StartTls }));
    runner::run(session, &format!("{CLEAR}{script}"));
}

#[test]
fn commands_before_sign_in() {
    implicit(
        "C: 1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE AUTH=PLAIN AUTH=LOGIN
        S: 1 OK These are before sign-in
        C: 2 noop
        S: 2 OK Nothing done
        C: 3 ID (\"name\" \"Thunderbird\" \"os\" NIL)
        S: * ID (\"name\" \"Postern\")
        S: 3 OK Pleased to meet you
        C: 4 ID what
        S: 4 BAD ID takes NIL or a list of at most 30 pairs
        C: 5 ENABLE CONDSTORE
        S: 5 BAD The command is not known before sign-in
        C: 6 SELECT INBOX
        S: 6 BAD The command is not known before sign-in
        C: 7 STARTTLS
        S: 7 BAD The connection is protected by TLS already
        C: 8
        S: 8 BAD A command must follow the tag
        C: * NOOP
        S: * BAD A command begins with a tag
        C: 9 LOGOUT now
        S: 9 BAD The command takes no arguments
        C: 9 LOGOUT
        S: * BYE Logging out
        S: 9 OK Logged out
        * close",
    );
}

#[test]
fn login_in_every_form() {
    for login in [
        "C: a LOGIN u@x.test pass",
        "C: a login \"u@x.test\" \"pass\"",
        "C: a LOGIN  u@x.test  pass ",
        r"C~ a LOGIN u@x.test pass\n",
        r"C~ a LOGIN {8+}\r\nu@x.test {4+}\r\npass\r\n",
        r"C~ a LOGIN {8+}\r\nu@x.test pass\r\n",
    ] {
        implicit(&format!(
            "{login}
            * verify LOGIN u@x.test pass
            ! accept IMAP4rev1 AUTH=PLAIN SASL-IR IDLE COMPRESS=DEFLATE UNAUTHENTICATE
            S: a OK [CAPABILITY IMAP4rev1 IDLE COMPRESS=DEFLATE] Signed in
            * relay \"\""
        ));
    }
}

#[test]
fn passwords_as_people_type_them() {
    implicit(
        r#"C~ a LOGIN "DOM\\user" "\xe4 \\" }"\r\n
        * verify LOGIN DOM\user \xe4 \" }
        ! refuse No.
        S: a NO [AUTHENTICATIONFAILED] No.
        C~ a LOGIN u p\xff"\r\n
        * verify LOGIN u p\xff\"
        ! refuse No.
        S: a NO [AUTHENTICATIONFAILED] No.
        C: a LOGIN u ""
        * verify LOGIN u"#,
    );
}

#[test]
fn mistakes_of_login() {
    implicit(
        r#"C: a LOGIN
        S: a BAD LOGIN takes a user name and a password
        C: a LOGIN u
        S: a BAD LOGIN takes a user name and a password
        C: a LOGIN u p q
        S: a BAD LOGIN takes a user name and a password
        C: a LOGIN "u p
        S: a BAD LOGIN takes a user name and a password
        C: a LOGIN "" p
        S: a BAD The user name or the password has octets that cannot be
        C~ a LOGIN u {1+}\r\n\0\r\n
        S: a BAD The user name or the password has octets that cannot be
        C~ a LOGIN \xff p\r\n
        S: a BAD The user name or the password has octets that cannot be"#,
    );
}

#[test]
fn authenticate_with_and_without_an_initial_response() {
    for start in [
        "C: a AUTHENTICATE PLAIN AHUAcA==\n",
        "C: a authenticate plain\nS: +\nC: AHUAcA==\n",
        "C: a AUTHENTICATE PLAIN =\nS: +\nC: AHUAcA==\n",
    ] {
        implicit(&format!("{start}* verify PLAIN u p\n! accept\nS: a OK Signed in\n* relay \"\""));
    }
    for start in ["C: a AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: dQ==\n", "C: a AUTHENTICATE LOGIN dQ==\n"] {
        implicit(&format!("{start}S: + UGFzc3dvcmQ6\nC: cA==\n* verify LOGIN u p"));
    }
    implicit("C: a AUTHENTICATE PLAIN b3RoZXIAdQBw\n* verify PLAIN u p as other");
}

#[test]
fn mistakes_of_authenticate() {
    implicit(
        "C: a AUTHENTICATE
        S: a BAD AUTHENTICATE takes a mechanism and an initial response
        C: a AUTHENTICATE CRAM-MD5
        S: a NO [CANNOT] The mechanism is not known; use PLAIN or LOGIN
        C: a AUTHENTICATE PLAIN AHUAcA
        S: a BAD The response is not valid base64
        C: a AUTHENTICATE PLAIN AHUAcA== x
        S: a BAD AUTHENTICATE takes a mechanism and an initial response
        C: a AUTHENTICATE PLAIN
        S: +
        C: *
        S: a BAD The exchange was cancelled
        C: a AUTHENTICATE PLAIN
        S: +
        C: x {5}
        S: a BAD The response is not valid base64
        C: a AUTHENTICATE PLAIN AHUAcAB4
        S: a BAD The response does not have the form that the mechanism prescribes
        C: b NOOP
        S: b OK Nothing done",
    );
}

#[test]
fn every_verdict_has_its_code_and_none_but_a_refusal_blames_the_password() {
    implicit(
        r"C: a LOGIN u p
        * verify LOGIN u p
        ! refuse No.\r\na OK yes
        S: a NO [AUTHENTICATIONFAILED] No.??a OK yes
        C: b LOGIN u p
        * verify LOGIN u p
        ! delay Wait a minute
        S: b NO [UNAVAILABLE] Wait a minute
        C: c LOGIN u p
        * verify LOGIN u p
        ! limit Ten sessions are open
        S: c NO [LIMIT] Ten sessions are open
        C: d LOGIN u p
        * verify LOGIN u p
        ! upstream-refused The consent has lapsed
        S: * NO [ALERT] The consent has lapsed
        S: d NO [UNAVAILABLE] The consent has lapsed
        C: e LOGIN u p
        * verify LOGIN u p
        ! unavailable
        S: e NO [UNAVAILABLE] Signing in is not possible at the moment; the password was not refused, try again later",
    );
}

#[test]
fn a_client_that_asked_for_capabilities_is_told_untagged() {
    implicit(
        "C: 1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE AUTH=PLAIN AUTH=LOGIN
        S: 1 OK These are before sign-in
        C: 2 LOGIN u p
        * verify LOGIN u p
        ! accept IMAP4rev1 IDLE
        S: * CAPABILITY IMAP4rev1 IDLE
        S: 2 OK Signed in
        * relay \"\"",
    );
}

#[test]
fn what_is_pipelined_behind_the_sign_in_is_handed_over() {
    implicit(
        r#"C~ a LOGIN u p\r\nb SELECT INBOX\r\nc LOGIN {3}\r\n
        * verify LOGIN u p
        C~ x\ny
        ! accept
        S: a OK Signed in
        * relay "b SELECT INBOX\r\nc LOGIN {3}\r\nx\ny""#,
    );
    implicit(
        r"C~ a LOGIN u p\r\nb SELECT INBOX\r\n
        * verify LOGIN u p
        ! refuse No.
        S: a NO [AUTHENTICATIONFAILED] No.
        S: b BAD The command is not known before sign-in",
    );
}

#[test]
fn too_much_behind_the_sign_in_cuts_the_client_off() {
    implicit(
        "C: a LOGIN u p
        * verify LOGIN u p
        C~ <65536x>
        C~ x
        S: * BYE Too much was sent before the sign-in was answered
        * close
        ! accept
        * close",
    );
}

#[test]
fn nobody_signs_in_without_tls() {
    clear(
        "C: 1 LOGIN u p
        S: 1 NO [PRIVACYREQUIRED] TLS is required; issue STARTTLS first
        C: 2 AUTHENTICATE PLAIN AHUAcA==
        S: 2 NO [PRIVACYREQUIRED] TLS is required; issue STARTTLS first
        C: 3 LOGIN {1}
        S: 3 NO [PRIVACYREQUIRED] TLS is required; issue STARTTLS first
        C: 4 CAPABILITY
        S: * CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE STARTTLS LOGINDISABLED
        S: 4 OK These are before sign-in",
    );
}

#[test]
fn nothing_survives_starttls() {
    clear(
        r"C~ a STARTTLS\r\nb LOGIN evil evil\r\n
        S: a OK Begin TLS
        * start-tls
        C~ c LOGIN evil evil\r\n
        * start-tls
        ! tls
        C: d NOOP
        S: d OK Nothing done
        C: e LOGIN u p
        * verify LOGIN u p",
    );
    clear(
        "C: 1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID ENABLE STARTTLS LOGINDISABLED
        S: 1 OK These are before sign-in
        C: a STARTTLS
        S: a OK Begin TLS
        * start-tls
        ! tls
        C: e LOGIN u p
        * verify LOGIN u p
        ! accept IDLE
        S: e OK [CAPABILITY IDLE] Signed in
        * relay \"\"",
    );
}

#[test]
fn ends_from_our_side() {
    implicit("! stop\nS: * BYE [UNAVAILABLE] The server is stopping; try again later\n* close");
    implicit("! revoke\nS: * BYE The app password is no longer valid; this session has ended\n* close");
    implicit("C: GET / HTTP/1.1\nS: * BYE This is a mail server, not a web server\n* close");
    let nonsense = "C: a X\nS: a BAD The command is not known before sign-in\n".repeat(10);
    implicit(&format!("{nonsense}S: * BYE Too many errors\n* close"));
    implicit("! accept\nC: a SELECT x\nS: a BAD The command is not known before sign-in");
}

#[test]
fn the_client_s_name_is_kept() {
    let mut session = Session::<Proof>::new(&Arc::new(Config { tls: Tls::Implicit }));
    let _greeting = session.next_step();
    session.receive(b"a ID (\"name\" \"mbsync\" \"version\" \"1.4\")\r\nb ID NIL\r\n");
    let _answers = session.next_step();
    assert_eq!(session.client_name(), Some("mbsync 1.4"));
}
