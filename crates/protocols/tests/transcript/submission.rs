//! Before sign-in: greeting, EHLO, framing, order of commands.

use super::runner::{config, implicit, run};
use postern_protocols::smtp::submission::Tls;

#[test]
fn ehlo_lists_what_can_be_used_over_tls() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: EHLO client.test
        S: 250-door.test
        S: 250-AUTH PLAIN LOGIN
        S: 250-PIPELINING
        S: 250-SIZE 1000000
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-DSN
        S: 250 ENHANCEDSTATUSCODES
        C: HELO client.test
        S: 250 door.test
        C: EHLO
        S: 501 5.5.4 The name of the client must follow, as one word
        C: NOOP anything
        S: 250 2.0.0 Nothing done
        C: RSET
        S: 250 2.0.0 Nothing to reset
        C: HELP
        S: 214 2.0.0 Sign in with AUTH, then send mail (RFC 6409)
        C: QUIT
        S: 221 2.0.0 door.test closing
        * close",
    );
}

#[test]
fn the_legacy_form_of_the_auth_line_is_an_option() {
    let mut config = config(Tls::Implicit);
    config.legacy_auth_line = true;
    run(
        config,
        "S: 220 door.test ESMTP Postern
        C: EHLO client.test
        S: 250-door.test
        S: 250-AUTH PLAIN LOGIN
        S: 250-AUTH=PLAIN LOGIN
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
fn mail_before_sign_in_is_refused() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: MAIL FROM:<a@ok.test>
        S: 530 5.7.0 Authentication required
        C: RCPT TO:<a@ok.test>
        S: 530 5.7.0 Authentication required
        C: DATA
        S: 530 5.7.0 Authentication required
        C: VRFY root
        S: 530 5.7.0 Authentication required
        C: BDAT 5
        S: 530 5.7.0 Authentication required; closing
        * close",
    );
}

#[test]
fn a_bare_line_feed_is_named_and_ends_the_connection() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C~ EHLO client.test\n
        S: 521 5.5.2 A line must end with CR LF and nothing else; a bare LF was received
        * close",
    );
}

#[test]
fn a_bare_carriage_return_ends_the_connection() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C~ NOOP\r
        C~ NOOP\r\n
        S: 521 5.5.2 A line must end with CR LF and nothing else; a bare CR was received
        * close",
    );
}

#[test]
fn a_nul_ends_the_connection() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C~ NO\0OP\r\n
        S: 521 5.5.2 A line must end with CR LF and nothing else; a NUL was received
        * close",
    );
}

#[test]
fn a_long_command_line_is_answered_once_and_skipped() {
    implicit(
        r"S: 220 door.test ESMTP Postern
        C~ NOOP {3000x}
        S: 500 5.5.2 The command line is too long
        C~ {3000x}
        C~ \r\nNOOP\r\n
        S: 250 2.0.0 Nothing done",
    );
}

#[test]
fn a_web_browser_is_sent_away() {
    implicit(
        "S: 220 door.test ESMTP Postern
        C: POST / HTTP/1.1
        S: 521 5.5.1 This is a mail server, not a web server
        * close",
    );
}

#[test]
fn ten_mistakes_end_the_connection() {
    let mistakes = "C: FOO\nS: 500 5.5.1 The command is not known\n".repeat(10);
    let script =
        format!("S: 220 door.test ESMTP Postern\n{mistakes}S: 421 4.7.0 door.test Too many errors\n* close");
    implicit(&script);
}

#[test]
fn a_shut_down_is_said_in_the_words_of_the_protocol() {
    implicit(
        "S: 220 door.test ESMTP Postern
        ! shut-down
        S: 421 4.3.2 door.test The server is stopping; try again later
        * close",
    );
}
