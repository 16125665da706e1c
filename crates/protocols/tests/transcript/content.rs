//! The end of a message, and what must not be in it: every variant of SMTP smuggling, sizes, chunks.

use super::runner::signed_in;

/// A transaction up to the `354`.
const UP_TO_DATA: &str = "C: MAIL FROM:<a@ok.test>
    U> MAIL FROM:<a@ok.test>
    U< 250 Ok
    S: 250 Ok
    C: RCPT TO:<b@x.test>
    U> RCPT TO:<b@x.test>
    U< 250 Ok
    S: 250 Ok
    C: DATA
    U> DATA
    U< 354 Ok
    S: 354 End the message with CRLF.CRLF";

const UP_TO_CHUNK: &str = "C: MAIL FROM:<a@ok.test>
    U> MAIL FROM:<a@ok.test>
    U< 250 Ok
    S: 250 Ok
    C: RCPT TO:<b@x.test>
    U> RCPT TO:<b@x.test>
    U< 250 Ok
    S: 250 Ok";

#[test]
fn nothing_but_crlf_dot_crlf_ends_a_message() {
    for (smuggled, octet) in [
        (r"\n.\n", "bare LF"),
        (r"\n.\r\n", "bare LF"),
        (r"\r\n.\n", "bare LF"),
        (r"\r.\r", "bare CR"),
        (r"\r.\r\n", "bare CR"),
        (r"\r\n.\rx", "bare CR"),
        (r"\r\n.\r\r\n", "bare CR"),
        (r"\r\r\n.\r\n", "bare CR"),
        (r"\r\n\0.\r\n", "NUL"),
        (r"\r\n.\0\r\n", "NUL"),
        (r"\0", "NUL"),
    ] {
        let real_end = if smuggled == r"\r\r\n.\r\n" { "" } else { r"MAIL FROM:<evil@x.test>\r\n.\r\n" };
        signed_in(&format!(
            "! accept
            {UP_TO_DATA}
            C~ text{smuggled}{real_end}
            * close Abandoned
            * MessageRefused(BareOctet)
            S: 554 5.6.0 The message has a {octet} in it and was not delivered; a line must end with CR LF and nothing else, correct the program that wrote it
            C: MAIL FROM:<a@ok.test>
            * open"
        ));
    }
}

#[test]
fn a_bare_line_feed_at_the_very_beginning_does_not_end_an_empty_message() {
    signed_in(&format!(
        r"! accept
        {UP_TO_DATA}
        C~ .\n
        * close Abandoned
        * MessageRefused(BareOctet)
        C~ .\r\n
        C~ .\r\n
        S: 554 5.6.0 The message has a bare LF in it and was not delivered; a line must end with CR LF and nothing else, correct the program that wrote it"
    ));
}

#[test]
fn an_empty_message_is_a_message() {
    signed_in(&format!(
        r"! accept
        {UP_TO_DATA}
        C~ .
        C~ \r
        C~ \n
        U> .
        U< 250 Ok
        * MessageAccepted {{ recipients: 1, octets: 0 }}
        S: 250 Ok"
    ));
}

#[test]
fn dots_are_held_until_it_is_known_what_they_are() {
    signed_in(&format!(
        r"! accept
        {UP_TO_DATA}
        C~ a\r
        U> a…
        C~ \n
        U>
        C~ .
        C~ .b\r\n.
        U> ..b
        C~ \r
        C~ \n
        U> .
        U< 250 Ok
        * MessageAccepted {{ recipients: 1, octets: 7 }}
        S: 250 Ok"
    ));
}

#[test]
fn a_message_over_the_limit_never_gets_its_final_dot() {
    signed_in(&format!(
        r"! accept size=10
        {UP_TO_DATA}
        C~ 12345678\r\n
        U> 12345678
        C~ x
        * close Abandoned
        * MessageRefused(TooLarge)
        C~ {{100000y}}\r\n.\r\n
        S: 552 5.3.4 A message may have 10 octets at most"
    ));
}

#[test]
fn an_upstream_that_gives_up_early_is_heard_at_the_end() {
    signed_in(&format!(
        "! accept
        {UP_TO_DATA}
        C: one
        U> one
        U< 452 4.3.1 Disk full
        * close Ended
        C: two
        C: .
        S: 452 4.3.1 Disk full"
    ));
}

#[test]
fn an_upstream_that_ends_its_session_early_does_not_end_the_clients() {
    signed_in(&format!(
        "! accept
        {UP_TO_DATA}
        C: one
        U> one
        U< 421 4.3.2 Shutting down
        * close Ended
        C: .
        S: 451 4.4.2 The connection to the mail server behind this door was lost; try again later
        C: MAIL FROM:<a@ok.test>
        * open"
    ));
}

#[test]
fn an_acknowledgement_before_the_end_of_a_message_is_none() {
    signed_in(&format!(
        "! accept
        {UP_TO_DATA}
        C: one
        U> one
        U< 250 2.0.0 queued
        * close Broken
        C: .
        S: 451 4.3.0 The mail server behind this door gave an answer that cannot be understood; try again later"
    ));
}

#[test]
fn chunks_are_counted_and_become_lines() {
    signed_in(&format!(
        r"! accept
        {UP_TO_CHUNK}
        C~ BDAT 6\r\na\r\n.\r\n
        U> DATA
        U< 354 Ok
        U> a
        U> ..
        S: 250 2.0.0 Chunk received
        C: BDAT 0
        S: 250 2.0.0 Chunk received
        C: RCPT TO:<c@x.test>
        S: 503 5.5.1 The message has begun; send its last chunk
        C~ BDAT 3 LAST\r\nendQUIT\r\n
        U> end
        U> .
        U< 250 Ok
        * MessageAccepted {{ recipients: 1, octets: 11 }}
        S: 250 Ok
        S: 221 2.0.0 door.test closing
        U> QUIT
        * close Finished
        * done"
    ));
}

#[test]
fn an_empty_last_chunk_ends_a_message() {
    signed_in(&format!(
        r"! accept
        {UP_TO_CHUNK}
        C~ BDAT 5\r\nabc\r\n
        U> DATA
        U< 354 Ok
        U> abc
        S: 250 2.0.0 Chunk received
        C: BDAT 0 LAST
        U> .
        U< 250 Ok
        * MessageAccepted {{ recipients: 1, octets: 5 }}
        S: 250 Ok"
    ));
}

#[test]
fn chunks_without_a_transaction_are_skipped_by_count() {
    signed_in(
        r"! accept
        C~ BDAT 6\r\nQUIT\r\nNOOP\r\n
        S: 503 5.5.1 Send MAIL first
        S: 250 2.0.0 Nothing done
        C: BDAT six
        S: 501 5.5.4 The form is BDAT size [LAST]; closing
        U> QUIT
        * close Finished
        * done",
    );
}

#[test]
fn chunks_after_a_refusal_are_skipped_until_the_reset() {
    signed_in(&format!(
        r"! accept
        {UP_TO_CHUNK}
        C~ BDAT 3\r\na\nbBDAT 6 LAST\r\nQUIT\r\nMAIL FROM:<a@ok.test>\r\nRSET\r\n
        U> DATA
        U< 354 Ok
        * close Abandoned
        * MessageRefused(BareOctet)
        S: 554 5.6.0 The message has a bare LF in it and was not delivered; a line must end with CR LF and nothing else, correct the program that wrote it
        S: 503 5.5.1 The message was refused; send RSET
        S: 503 5.5.1 A transaction is open; send RSET to end it
        S: 250 2.0.0 Reset"
    ));
}

#[test]
fn an_upstream_that_refuses_data_is_heard_and_the_chunk_skipped() {
    signed_in(&format!(
        r"! accept
        {UP_TO_CHUNK}
        C~ BDAT 6\r\nQUIT\r\n
        U> DATA
        U< 451 4.3.0 Not now
        S: 451 4.3.0 Not now
        C: RSET
        U> RSET
        U< 250 Ok
        S: 250 2.0.0 Reset"
    ));
}

#[test]
fn a_bare_carriage_return_at_the_end_of_the_last_chunk_is_found() {
    signed_in(&format!(
        r"! accept
        {UP_TO_CHUNK}
        C~ BDAT 2 LAST\r\na\r
        U> DATA
        U< 354 Ok
        * close Abandoned
        * MessageRefused(BareOctet)
        S: 554 5.6.0 The message has a bare CR in it and was not delivered; a line must end with CR LF and nothing else, correct the program that wrote it"
    ));
}

#[test]
fn a_reset_between_chunks_drops_the_upstream() {
    signed_in(&format!(
        r"! accept
        {UP_TO_CHUNK}
        C~ BDAT 3\r\nabc
        U> DATA
        U< 354 Ok
        U> abc…
        S: 250 2.0.0 Chunk received
        C: RSET
        * close Abandoned
        S: 250 2.0.0 Reset"
    ));
}
