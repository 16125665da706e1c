//! Runs the targets of the doors to a mailbox over inputs made of the pieces that matter.

use proptest::prelude::*;

use super::mailbox::{imap_door, mailbox_upstream, managesieve_door, pop3_door};

const PIECES: [&[u8]; 30] = [
    b"a LOGIN u p\r\n",
    b"a LOGIN {1+}\r\nu {3}\r\np\r\n",
    b"a LOGIN {4097}\r\n",
    b"a LOGIN ",
    b"{3+}\r\n",
    b"{2}\r\n",
    b"\"u\\\" \"",
    b" (\"name\" NIL)",
    b"a ID ",
    b"a AUTHENTICATE PLAIN",
    b"a STARTTLS\r\n",
    b"STARTTLS\r\n",
    b"STLS\r\n",
    b"AUTHENTICATE \"PLAIN\" ",
    b"AUTHENTICATE \"PLAIN\"\r\n",
    b"\"AHUAcA==\"\r\n",
    b"{8+}\r\nAHUAcA==\r\n",
    b" AHUAcA==\r\n",
    b"AHUAcA==\r\n",
    b"AUTH PLAIN",
    b"AUTH LOGIN\r\n",
    b"dQ==\r\n",
    b"USER u\r\n",
    b"PASS p \r\n",
    b"CAPA\r\n",
    b"*\r\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
];

const ANSWERS: [&[u8]; 30] = [
    b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR] hi\r\n",
    b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER] hi\r\n",
    b"* BAD Request is throttled. Suggested Backoff Time: 9000 milliseconds\r\n",
    b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n",
    b"SASL XOAUTH2 OAUTHBEARER\r\n",
    b"\"SASL\" \"XOAUTH2 OAUTHBEARER\"\r\n",
    b"\"eyJzdGF0dXMiOiI0MDEifQ==\"\r\n",
    b"{4}\r\nAA==\r\n",
    b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hi\r\n",
    b"* OK [CAPABILITY IMAP4rev1] hi\r\n",
    b"* CAPABILITY IMAP4rev1 AUTH=PLAIN STARTTLS\r\n",
    b"* X {3}\r\n",
    b"P OK done\r\n",
    b"P NO no\r\n",
    b"* BYE\r\n",
    b"+ \r\n",
    b"+\r\n",
    b"+OK\r\n",
    b"+OK [XCLIENT]\r\n",
    b"-ERR no\r\n",
    b"SASL PLAIN\r\n",
    b".\r\n",
    b"\"SASL\" \"PLAIN\"\r\n",
    b"\"STARTTLS\"\r\n",
    b"OK\r\n",
    b"NO \"no\"\r\n",
    b"\"X\" {3}\r\n",
    b"abc",
    b"\r\n",
    b"\n",
];

fn answers() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(&ANSWERS[..]);
    (any::<u8>(), prop::collection::vec(piece, 0..12))
        .prop_map(|(choice, pieces)| std::iter::once(choice).chain(pieces.concat()).collect())
}

fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(&PIECES[..]).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..8),
    ];
    (any::<u8>(), prop::collection::vec(piece, 0..16))
        .prop_map(|(choice, pieces)| std::iter::once(choice).chain(pieces.into_iter().flatten()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn doors_hold(input in input()) {
        imap_door(&input);
        pop3_door(&input);
        managesieve_door(&input);
    }

    #[test]
    fn upstreams_hold(input in answers()) {
        mailbox_upstream(&input);
    }

    #[test]
    fn doors_hold_against_any_octets(input in prop::collection::vec(any::<u8>(), 0..256)) {
        imap_door(&input);
        pop3_door(&input);
        managesieve_door(&input);
        mailbox_upstream(&input);
    }
}
