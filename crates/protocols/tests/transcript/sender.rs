//! The sender restriction: the envelope, the header, and the ways around it that are known.

use super::runner::signed_in;

/// A transaction up to the `354`, with a restriction to two addresses.
const UP_TO_DATA: &str = "! accept senders=a@ok.test,b@ok.test
    C: MAIL FROM:<A@ok.test>
    U> MAIL FROM:<A@ok.test>
    U< 250 Ok
    S: 250 Ok
    C: RCPT TO:<x@x.test>
    U> RCPT TO:<x@x.test>
    U< 250 Ok
    S: 250 Ok
    C: DATA
    U> DATA
    U< 354 Ok
    S: 354 End the message with CRLF.CRLF";

const REMEDY: &str =
    "Send as one of the addresses of this account, or change the sender restriction of this app password";

fn refused(header: &str, text: &str) {
    signed_in(&format!(
        r"{UP_TO_DATA}
        C~ {header}
        C~ \r\n\r\nbody\r\n.\r\n
        * close Abandoned
        * MessageRefused(HeaderSender)
        S: 550 5.7.1 {text}"
    ));
}

fn refused_as_unreadable(header: &str, error: &str) {
    refused(
        header,
        &format!("The sender restriction cannot be checked: {error}. Write exactly one plain From field"),
    );
}

fn refused_address(header: &str, field: &str, address: &str) {
    refused(
        header,
        &format!("The address <{address}> in the header field {field} may not be used here. {REMEDY}"),
    );
}

#[test]
fn the_envelope_sender_is_checked_before_the_upstream_hears_of_it() {
    signed_in(&format!(
        "! accept senders=a@ok.test
        C: MAIL FROM:<evil@x.test>
        * MessageRefused(EnvelopeSender)
        S: 550 5.7.1 The address <evil@x.test> in MAIL FROM may not be used here. {REMEDY}
        C: MAIL FROM:<>
        U> MAIL FROM:<>"
    ));
}

#[test]
fn the_null_sender_can_be_forbidden() {
    signed_in(&format!(
        "! accept senders=a@ok.test,no-null
        C: MAIL FROM:<>
        * MessageRefused(EnvelopeSender)
        S: 550 5.7.1 The address <> in MAIL FROM may not be used here. {REMEDY}"
    ));
}

#[test]
fn a_permitted_header_goes_on_at_its_end() {
    signed_in(&format!(
        r#"{UP_TO_DATA}
        C~ Subject: x\r\nFrom: (c) "Last, First" <a@ok.test>,\r\n B. Two =?utf-8?q?x?= <b@ok.test> (b)\r\n
        C~ Sender: a@ok.test\r\n\r\n
        U> Subject: x
        U> From: (c) "Last, First" <a@ok.test>,
        U>  B. Two =?utf-8?q?x?= <b@ok.test> (b)
        U> Sender: a@ok.test
        U>
        C: From: evil@x.test is only text here
        U> From: evil@x.test is only text here
        C: .
        U> .
        U< 250 Ok
        * MessageAccepted {{ recipients: 1, octets: 147 }}
        S: 250 Ok"#
    ));
}

#[test]
fn a_message_of_nothing_but_a_header_is_checked_too() {
    signed_in(&format!(
        r"{UP_TO_DATA}
        C~ From: evil@x.test\r\n.\r\n
        * close Abandoned
        * MessageRefused(HeaderSender)
        S: 550 5.7.1 The address <evil@x.test> in the header field From may not be used here. {REMEDY}"
    ));
}

#[test]
fn chunks_are_checked_too() {
    signed_in(&format!(
        r"! accept senders=a@ok.test
        C: MAIL FROM:<a@ok.test>
        U> MAIL FROM:<a@ok.test>
        U< 250 Ok
        S: 250 Ok
        C: RCPT TO:<x@x.test>
        U> RCPT TO:<x@x.test>
        U< 250 Ok
        S: 250 Ok
        C~ BDAT 9\r\nFrom: eviBDAT 8 LAST\r\nl@x.test
        U> DATA
        U< 354 Ok
        S: 250 2.0.0 Chunk received
        * close Abandoned
        * MessageRefused(HeaderSender)
        S: 550 5.7.1 The address <evil@x.test> in the header field From may not be used here. {REMEDY}"
    ));
}

#[test]
fn other_addresses_are_refused_wherever_they_stand() {
    refused_address(r"From: evil@x.test", "From", "evil@x.test");
    refused_address(r"FROM:evil@x.test", "From", "evil@x.test");
    refused_address(r"From:\r\n\tevil@x.test", "From", "evil@x.test");
    refused_address(r#"From: "a@ok.test" <evil@x.test>"#, "From", "evil@x.test");
    refused_address(r"From: a@ok.test, evil@x.test", "From", "evil@x.test");
    refused_address(r"From: us: a@ok.test, evil@x.test;", "From", "evil@x.test");
    refused_address(r"From: (a) evil@x.test", "From", "evil@x.test");
    refused_address(r"From: a@ok.test (\r\n b), <evil@x.test>", "From", "evil@x.test");
    refused_address(r#"From: "a@ok.test"@x.test"#, "From", r#""a@ok.test"@x.test"#);
    refused_address(r"From: a@ok.test.x.test", "From", "a@ok.test.x.test");
    refused_address(r"From: a@[127.0.0.1]", "From", "a@[127.0.0.1]");
    refused_address(r"From: ä@ok.test", "From", "?@ok.test");
    refused_address(r"From: a@ok.test\r\nSender: evil@x.test", "Sender", "evil@x.test");
    refused_address(r"From: a@ok.test\r\nResent-From: evil@x.test", "Resent-From", "evil@x.test");
    refused_address(r"From: a@ok.test\r\nresent-sender: evil@x.test", "Resent-Sender", "evil@x.test");
}

#[test]
fn a_stuffed_dot_hides_no_field() {
    refused_address(r".From: evil@x.test\r\nSubject: x", "From", "evil@x.test");
    refused_as_unreadable(
        r"From: a@ok.test\r\n.From: evil@x.test",
        "the header field From stands more than once",
    );
    refused_address(r"From: a@ok.test\r\n. , evil@x.test", "From", "evil@x.test");
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    let unreadable = "the header field From cannot be read unambiguously";
    for header in [
        "From: a@ok.test <evil@x.test>",
        "From: evil@x.test <a@ok.test>",
        "From: a b@ok.test",
        "From: a(c)@ok.test",
        "From: a @ok.test",
        "From: <a@ok.test> evil",
        "From: <a@ok.test><b@ok.test>",
        "From: <a@ok.test",
        "From: a@ok.test,,b@ok.test",
        "From: a@ok.test,",
        "From: us: <a@ok.test>",
        "From: us: them: a@ok.test;;",
        "From: a@ok.test; b@ok.test",
        "From: <a@ok.test(c)>",
        "From: a.@ok.test",
        "From: a@ok..test",
        "From:",
        "From: nobody",
    ] {
        refused_as_unreadable(header, &format!("{unreadable}: it is not a list of addresses"));
    }
    refused_as_unreadable("From: us:;", &format!("{unreadable}: it has no address in it"));
    refused_as_unreadable("From: <@r.test:a@ok.test>", &format!("{unreadable}: it has a source route"));
    refused_as_unreadable(
        "From: (a@ok.test",
        &format!("{unreadable}: a comment or a quoted string has no end"),
    );
    refused_as_unreadable(
        "From: \"a@ok.test",
        &format!("{unreadable}: a comment or a quoted string has no end"),
    );
    refused_as_unreadable("From: {17(} a@ok.test", &format!("{unreadable}: comments are nested too deeply"));
    refused_as_unreadable(
        "From: =?utf-8?q?a?=@ok.test",
        &format!("{unreadable}: an encoded word stands in an address or is malformed"),
    );
}

#[test]
fn addresses_that_only_some_readers_see_are_refused() {
    let unreadable = "the header field From cannot be read unambiguously";
    for header in ["From: a@ok.test (<evil@x.test>)", "From: a@ok.test (evil@x.test)"] {
        refused_as_unreadable(
            header,
            &format!("{unreadable}: a comment has an address or angle brackets in it"),
        );
    }
    for header in
        [r#"From: "<evil@x.test>" <a@ok.test>"#, "From: =?utf-8?q?=3Cevil=40x.test=3E?= <a@ok.test>"]
    {
        refused_as_unreadable(
            header,
            &format!("{unreadable}: a display name has angle brackets or control characters in it"),
        );
    }
}

#[test]
fn fields_that_programs_disagree_about_are_refused() {
    refused_as_unreadable(
        r"From: a@ok.test\r\nFrom: evil@x.test",
        "the header field From stands more than once",
    );
    refused_as_unreadable(
        r"From: a@ok.test\r\nSender: a@ok.test\r\nSender: b@ok.test",
        "the header field Sender stands more than once",
    );
    refused_as_unreadable("From : a@ok.test", "the header field From has white space before its colon");
    refused_as_unreadable("Subject: x", "the header has no From field");
    refused_as_unreadable(
        r"From: a@ok.test\r\n \r\nFrom: evil@x.test",
        "line 2 of the header is not a header field",
    );
    refused_as_unreadable(
        r"From: a@ok.test\r\nno field\r\nFrom: b@ok.test",
        "line 2 of the header is not a header field",
    );
    refused_as_unreadable(r" From: a@ok.test", "line 1 of the header is not a header field");
    refused_as_unreadable(
        r"From evil@x.test 10:00:00\r\nFrom: a@ok.test",
        "line 1 of the header is not a header field",
    );
    refused_as_unreadable(r"Fröm: x\r\nFrom: a@ok.test", "line 1 of the header is not a header field");
}

#[test]
fn a_from_field_behind_an_empty_line_is_no_from_field() {
    signed_in(&format!(
        r"{UP_TO_DATA}
        C~ \r\nFrom: a@ok.test\r\n\r\n
        * close Abandoned
        * MessageRefused(HeaderSender)
        C: .
        S: 550 5.7.1 The sender restriction cannot be checked: the header has no From field. Write exactly one plain From field"
    ));
}

#[test]
fn a_control_character_in_from_is_refused() {
    let unreadable = "the header field From cannot be read unambiguously";
    signed_in(&format!(
        "{UP_TO_DATA}
        C~ From: a@ok.test\u{1}\\r\\n\\r\\n.\\r\\n
        * close Abandoned
        * MessageRefused(HeaderSender)
        S: 550 5.7.1 The sender restriction cannot be checked: {unreadable}: it has octets that are not allowed in a header field. Write exactly one plain From field"
    ));
}

#[test]
fn a_nul_behind_from_is_no_message() {
    signed_in(&format!(
        r"{UP_TO_DATA}
        C~ From: a@ok.test\0\r\n\r\n.\r\n
        * close Abandoned
        * MessageRefused(BareOctet)
        S: 554 5.6.0 The message has a NUL in it and was not delivered; a line must end with CR LF and nothing else, correct the program that wrote it"
    ));
}

#[test]
fn an_endless_header_is_not_kept() {
    signed_in(&format!(
        r"{UP_TO_DATA}
        C~ Subject: {{262144x}}
        * close Abandoned
        * MessageRefused(TooLarge)
        C~ \r\n\r\n.\r\n
        S: 552 5.3.4 The header of a message may have 262144 octets at most"
    ));
}
