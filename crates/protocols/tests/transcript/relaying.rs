//! After sign-in: commands, order of replies, and what happens when the upstream misbehaves or goes away.

use super::runner::signed_in;

#[test]
fn a_message_is_acknowledged_only_after_the_upstream_has_it() {
    signed_in(
        "! accept
        C: MAIL FROM:<a@ok.test> SIZE=20 BODY=8BITMIME RET=HDRS ENVID=x1 AUTH=<>
        U> MAIL FROM:<a@ok.test> SIZE=20 BODY=8BITMIME RET=HDRS ENVID=x1
        U< 250 2.1.0 Ok
        S: 250 2.1.0 Ok
        C: RCPT TO:<b@x.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@x.test
        U> RCPT TO:<b@x.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@x.test
        U< 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        C: RCPT TO:<nobody@x.test>
        U> RCPT TO:<nobody@x.test>
        U< 550-5.1.1 No such
        U< 550 5.1.1 mailbox
        S: 550-5.1.1 No such
        S: 550 5.1.1 mailbox
        C: DATA
        U> DATA
        U< 354 go
        S: 354 End the message with CRLF.CRLF
        C: Subject: hello
        U> Subject: hello
        C:
        U>
        C: ..stuffed
        U> ..stuffed
        C: .
        U> .
        U< 250 2.0.0 queued as 1
        * MessageAccepted { recipients: 1, octets: 28 }
        S: 250 2.0.0 queued as 1
        C: QUIT
        S: 221 2.0.0 door.test closing
        U> QUIT
        * close Finished
        * done",
    );
}

#[test]
fn pipelined_commands_are_answered_in_order() {
    signed_in(
        r"! accept
        C~ MAIL FROM:<a@ok.test>\r\nRCPT TO:<b@x.test>\r\nVRFY b\r\nDATA\r\n
        U> MAIL FROM:<a@ok.test>
        U< 250 1
        S: 250 1
        U> RCPT TO:<b@x.test>
        U< 250 2
        S: 250 2
        S: 252 2.0.0 Not verified; send the message to find out
        U> DATA
        U< 354 3
        S: 354 End the message with CRLF.CRLF
        C~ x\r\n.\r\nMAIL FROM:<c@ok.test>\r\nQUIT\r\n
        U> x
        U> .
        U< 451 4.3.2 Later
        S: 451 4.3.2 Later
        U> MAIL FROM:<c@ok.test>
        U< 250 4
        S: 250 4
        S: 221 2.0.0 door.test closing
        U> QUIT
        * close Finished
        * done",
    );
}

#[test]
fn ehlo_is_answered_here_with_what_both_can_do() {
    signed_in(
        "! accept bare size=2000
        C: EHLO client.test
        S: 250-door.test
        S: 250-PIPELINING
        S: 250-SIZE 2000
        S: 250 CHUNKING
        C: MAIL FROM:<a@ok.test> SIZE=3000
        S: 552 5.3.4 A message may have 2000 octets at most
        C: MAIL FROM:<a@ok.test> BODY=8BITMIME
        S: 555 5.5.4 The parameter BODY is not offered
        C: MAIL FROM:<a@ok.test> SMTPUTF8
        S: 555 5.5.4 The parameter SMTPUTF8 is not offered
        C: MAIL FROM:<a@ok.test> RET=FULL
        S: 555 5.5.4 The parameter RET is not offered
        C: MAIL FROM:<a@ok.test> BODY=BINARYMIME
        S: 501 5.5.4 The value of BODY is not valid
        C: MAIL FROM:<a@ok.test> MT-PRIORITY=3
        S: 555 5.5.4 The parameter MT-PRIORITY is not offered
        C: MAIL FROM:<a@ok.test> SIZE=1 SIZE=2
        S: 501 5.5.4 The parameter SIZE stands twice",
    );
}

#[test]
fn size_goes_only_to_an_upstream_that_knows_it() {
    signed_in(
        "! accept bare
        C: MAIL FROM:<a@ok.test> SIZE=30 BODY=7BIT
        U> MAIL FROM:<a@ok.test>",
    );
}

#[test]
fn sloppy_paths_are_written_anew_and_ambiguous_ones_refused() {
    signed_in(
        r#"! accept
        C: mail from: a@ok.test
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        C: RCPT TO: <name..@carrier.test>
        U> RCPT TO:<name..@carrier.test>
        U< 250 Ok
        S: 250 Ok
        C: RCPT TO:<"a b"@x.test>
        U> RCPT TO:<"a b"@x.test>
        U< 250 Ok
        S: 250 Ok
        C: RCPT TO:<postmaster>
        U> RCPT TO:<postmaster>
        U< 250 Ok
        S: 250 Ok
        C: RCPT TO:<@relay.test:b@x.test>
        S: 501 5.1.3 Source routes are not taken
        C: RCPT TO:<>
        S: 501 5.1.3 The form is TO:<address>
        C: RCPT TO:<b@x.test>garbage
        S: 501 5.1.3 The form is TO:<address>
        C: RCPT TO:<b@x.test
        S: 501 5.1.3 The form is TO:<address>
        C: RCPT TO:<jörg@x.test>
        S: 553 5.6.7 An address with other than ASCII characters needs SMTPUTF8
        C: RCPT FROM:<b@x.test>
        S: 501 5.5.4 The form is TO:<address>"#,
    );
}

#[test]
fn commands_out_of_sequence() {
    signed_in(
        "! accept
        C: RCPT TO:<b@x.test>
        S: 503 5.5.1 Send MAIL first
        C: DATA
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        C: MAIL FROM:<a@ok.test>
        S: 503 5.5.1 A transaction is open; send RSET to end it
        C: DATA
        S: 554 5.5.1 There are no valid recipients
        C: EXPN list
        S: 502 5.5.1 EXPN is not done here
        C: RSET
        U> RSET
        U< 250 Ok
        S: 250 2.0.0 Reset
        C: RSET
        S: 250 2.0.0 Reset",
    );
}

#[test]
fn ehlo_in_a_transaction_resets_it_without_a_second_ehlo_upstream() {
    signed_in(
        "! accept bare
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        C: EHLO again.test
        U> RSET
        U< 250 Ok
        S: 250-door.test
        S: 250-PIPELINING
        S: 250-SIZE 1000000
        S: 250 CHUNKING
        C: RCPT TO:<b@x.test>
        S: 503 5.5.1 Send MAIL first",
    );
}

#[test]
fn an_upstream_that_closes_between_transactions_is_opened_again_at_the_next_mail() {
    signed_in(
        "! accept
        U< 421 4.4.2 idle for too long
        * close Ended
        C: NOOP
        S: 250 2.0.0 Nothing done
        C: MAIL FROM:<a@ok.test>
        * open
        ! opened
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        C: RSET
        U> RSET
        ! upstream-closed
        * close Ended
        S: 250 2.0.0 Reset
        C: MAIL FROM:<a@ok.test>
        * open
        ! unreachable
        S: 451 4.4.1 The mail server behind this door cannot be reached; try again later
        C: MAIL FROM:<a@ok.test>
        * open
        ! refused-us
        S: 451 4.7.0 The mail server behind this door does not take mail from us; your sign-in is in order, try again later",
    );
}

#[test]
fn a_newly_opened_upstream_may_offer_less() {
    signed_in(
        "! accept closed
        C: MAIL FROM:<a@ok.test> SMTPUTF8
        * open
        ! opened bare
        S: 555 5.5.4 The parameter SMTPUTF8 is not offered
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>",
    );
}

#[test]
fn an_upstream_lost_in_a_transaction_is_a_temporary_failure() {
    signed_in(
        "! accept
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        C: RCPT TO:<b@x.test>
        U> RCPT TO:<b@x.test>
        ! upstream-closed
        * close Ended
        S: 451 4.4.2 The connection to the mail server behind this door was lost; try again later
        C: RCPT TO:<c@x.test>
        S: 451 4.4.2 The connection to the mail server behind this door was lost; try again later
        C: DATA
        S: 451 4.4.2 The connection to the mail server behind this door was lost; try again later
        C: MAIL FROM:<a@ok.test>
        * open",
    );
}

#[test]
fn an_upstream_lost_before_its_last_reply_is_a_temporary_failure() {
    signed_in(
        r"! accept
        C~ MAIL FROM:<a@ok.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n
        U> MAIL FROM:<a@ok.test>
        U~ 250 Ok\r\n
        S: 250 Ok
        U> RCPT TO:<b@x.test>
        U~ 250 Ok\r\n
        S: 250 Ok
        U> DATA
        U~ 354 Ok\r\n
        S: 354 End the message with CRLF.CRLF
        C~ x\r\n.\r\n
        U> x
        U> .
        ! upstream-closed
        * close Ended
        S: 451 4.4.2 The connection to the mail server behind this door was lost; try again later",
    );
}

#[test]
fn what_the_upstream_says_about_our_sign_in_does_not_reach_the_client() {
    for about_us in ["530 5.7.57 Client not authenticated", "535 5.7.8 Bad credentials", "550 5.7.8 Denied"] {
        signed_in(&format!(
            "! accept
            C: MAIL FROM:<a@ok.test>
            U> MAIL FROM:<a@ok.test>
            U< {about_us}
            S: 451 4.7.0 The mail server behind this door does not take mail from us; your sign-in is in order, try again later"
        ));
    }
}

#[test]
fn an_upstream_that_ends_the_session_ends_it_for_the_client_too() {
    signed_in(
        "! accept
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>
        U< 421 4.3.2 Shutting down
        * close Ended
        S: 421 4.3.2 Shutting down
        * done",
    );
}

#[test]
fn replies_that_are_none_break_the_upstream_not_the_client() {
    for garbage in [
        "U~ 99 what\\r\\n",
        "U~ HTTP/1.1 400\\r\\n",
        "U~ 250-a\\r\\n251 b\\r\\n",
        "U~ 250 a\\n",
        "U~ 250 {3000x}",
        "U~ 354 go\\r\\n",
    ] {
        signed_in(&format!(
            "! accept
            C: MAIL FROM:<a@ok.test>
            U> MAIL FROM:<a@ok.test>
            {garbage}
            * close Broken
            S: 451 4.3.0 The mail server behind this door gave an answer that cannot be understood; try again later
            C: MAIL FROM:<a@ok.test>
            * open"
        ));
    }
}

#[test]
fn a_client_that_goes_away_leaves_no_half_message_behind() {
    signed_in(
        r"! accept
        C~ MAIL FROM:<a@ok.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        U> RCPT TO:<b@x.test>
        U< 250 Ok
        S: 250 Ok
        U> DATA
        U< 354 Ok
        S: 354 End the message with CRLF.CRLF
        C~ half a\r\nmessage\r\n.
        U> half a
        U> message
        ! client-closed
        * close Abandoned
        * done",
    );
}

#[test]
fn a_revocation_ends_the_session_in_the_middle_of_a_message() {
    signed_in(
        r"! accept
        C~ MAIL FROM:<a@ok.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        U> RCPT TO:<b@x.test>
        U< 250 Ok
        S: 250 Ok
        U> DATA
        U< 354 Ok
        S: 354 End the message with CRLF.CRLF
        C: half
        U> half
        ! shut-down
        S: 421 4.7.0 door.test The app password is no longer valid; this session has ended
        * close Abandoned
        * done",
    );
}
