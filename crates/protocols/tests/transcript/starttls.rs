//! STARTTLS: what is allowed before it, and that nothing said in the clear survives it (RFC 3207 §4.2).

use super::runner::{config, run};
use postern_protocols::smtp::submission::Tls;

fn start_tls(script: &str) {
    run(config(Tls::StartTls), script);
}

#[test]
fn only_what_rfc_3207_exempts_is_done_in_the_clear() {
    start_tls(
        "S: 220 door.test ESMTP Postern
        C: EHLO client.test
        S: 250-door.test
        S: 250-STARTTLS
        S: 250-PIPELINING
        S: 250-SIZE 1000000
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-DSN
        S: 250 ENHANCEDSTATUSCODES
        C: NOOP
        S: 250 2.0.0 Nothing done
        C: MAIL FROM:<a@ok.test>
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: HELO client.test
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: AUTH PLAIN AHUAcA==
        S: 538 5.7.11 Encryption is required; issue a STARTTLS command first
        C: STARTTLS now
        S: 501 5.5.4 STARTTLS takes no arguments
        C: QUIT
        S: 221 2.0.0 door.test closing
        * close",
    );
}

#[test]
fn commands_behind_starttls_in_the_same_segment_are_discarded() {
    start_tls(
        r"S: 220 door.test ESMTP Postern
        C~ STARTTLS\r\nAUTH PLAIN AHUAcA==\r\nNOOP\r\n
        S: 220 2.0.0 Ready to start TLS
        * start-tls
        ! tls
        C: NOOP
        S: 250 2.0.0 Nothing done",
    );
}

#[test]
fn commands_sent_before_the_handshake_are_discarded() {
    start_tls(
        r"S: 220 door.test ESMTP Postern
        C: STARTTLS
        S: 220 2.0.0 Ready to start TLS
        * start-tls
        C~ EHLO injected.test\r\nAUTH PLAIN
        * start-tls
        ! tls
        C~  AHUAcA==\r\n
        S: 500 5.5.1 The command is not known",
    );
}

#[test]
fn a_line_begun_in_the_clear_is_not_continued_over_tls() {
    start_tls(
        r"S: 220 door.test ESMTP Postern
        C~ STARTTLS\r\nAUTH PLA
        S: 220 2.0.0 Ready to start TLS
        * start-tls
        ! tls
        C: STARTTLS
        S: 503 5.5.1 The connection is protected by TLS already
        C: EHLO client.test
        S: 250-door.test
        S: 250-AUTH PLAIN LOGIN
        S: 250-PIPELINING
        S: 250-SIZE 1000000
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-DSN
        S: 250 ENHANCEDSTATUSCODES",
    );
}

#[test]
fn tls_is_not_started_inside_tls() {
    run(
        config(Tls::Implicit),
        "S: 220 door.test ESMTP Postern
        C: STARTTLS
        S: 503 5.5.1 The connection is protected by TLS from its beginning",
    );
}
