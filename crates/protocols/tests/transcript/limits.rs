//! What an app password may send, and upstreams that ask for patience.

use super::runner::signed_in;

#[test]
fn messages_and_recipients_beyond_the_allowance_wait_and_nothing_else_does() {
    signed_in(
        "! accept allowance=3
        C~ MAIL FROM:<a@ok.test>\\r\\nRCPT TO:<b@x.test>\\r\\nRCPT TO:<c@x.test>\\r\\nRCPT TO:<d@x.test>\\r\\nDATA\\r\\n
        U> MAIL FROM:<a@ok.test>
        U< 250 2.1.0 Ok
        S: 250 2.1.0 Ok
        U> RCPT TO:<b@x.test>
        U< 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        U> RCPT TO:<c@x.test>
        U< 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        * AllowanceUsedUp
        S: 450 4.7.1 No more recipients now; try again in 5 minutes
        U> DATA
        U< 354 go
        S: 354 End the message with CRLF.CRLF
        C: .
        U> .
        U< 250 2.0.0 Queued
        * MessageAccepted { recipients: 2, octets: 0 }
        S: 250 2.0.0 Queued
        C: MAIL FROM:<a@ok.test>
        * AllowanceUsedUp
        S: 450 4.7.1 No more messages now; try again in 5 minutes
        C: RCPT TO:<b@x.test>
        S: 503 5.5.1 Send MAIL first",
    );
}

#[test]
fn what_is_refused_anyway_does_not_count() {
    signed_in(
        "! accept allowance=1 senders=a@ok.test
        C: MAIL FROM:<b@x.test>
        * MessageRefused(EnvelopeSender)
        S: 550 5.7.1 The address <b@x.test> in MAIL FROM may not be used here. Send as one of the addresses of this account, or change the sender restriction of this app password
        C: MAIL FROM:<a@ok.test> SIZE=99999999
        S: 552 5.3.4 A message may have 500000 octets at most
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>",
    );
}

#[test]
fn nothing_is_opened_for_a_message_that_has_to_wait() {
    signed_in(
        "! accept closed allowance=0
        C: MAIL FROM:<a@ok.test>
        * AllowanceUsedUp
        S: 450 4.7.1 No more messages now; try again in 5 minutes",
    );
}

#[test]
fn an_upstream_that_asks_for_patience_is_passed_on_as_that() {
    for (told, when) in [("9", "try again in 9 seconds"), ("", "try again later")] {
        signed_in(&format!(
            "! accept closed
            C: MAIL FROM:<a@ok.test>
            * open
            ! throttled {told}
            S: 451 4.7.0 The mail server behind this door asks for patience; {when}"
        ));
    }
    for (reply, passed_on) in [
        // What Exchange Online says when it is asked too often; 432 means another thing to a client (RFC 4954 §6).
        (
            "432 4.3.2 Concurrent connections limit exceeded. Suggested Backoff Time: 9000 milliseconds",
            "451 4.7.0 The mail server behind this door asks for patience; try again in 9 seconds",
        ),
        ("450 4.7.28 Rate limited, slow down", "450 4.7.28 Rate limited, slow down"),
    ] {
        signed_in(&format!(
            "! accept\nC: MAIL FROM:<a@ok.test>\nU> MAIL FROM:<a@ok.test>\nU< {reply}\nS: {passed_on}"
        ));
    }
    signed_in(
        "! accept
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>
        U< 421 4.7.0 Too many messages, try again in 10 minutes
        * close Ended
        S: 421 4.7.0 Too many messages, try again in 10 minutes
        * done",
    );
}
