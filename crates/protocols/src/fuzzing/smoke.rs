//! Runs every fuzz target over a fixed corpus and over generated inputs made of the pieces that matter.

use proptest::prelude::*;

use super::{header_from, proxy_header, relay, relay_cuts, sasl, smtp_upstream, submission};

/// Pieces of SMTP; random octets alone would never get past the first command.
const SMTP: [&[u8]; 30] = [
    b"EHLO x\r\n",
    b"STARTTLS\r\n",
    b"AUTH PLAIN AHUAcA==\r\n",
    b"AUTH LOGIN\r\n",
    b"dXNlcg==\r\n",
    b"*\r\n",
    b"MAIL FROM:<a@ok.test>\r\n",
    b"MAIL FROM:<b@x.test> SIZE=20\r\n",
    b"RCPT TO:<b@x.test>\r\n",
    b"DATA\r\n",
    b"BDAT 9\r\n",
    b"BDAT 20 LAST\r\n",
    b"BDAT 0 LAST\r\n",
    b"RSET\r\n",
    b"QUIT\r\n",
    b"From: a@ok.test\r\n",
    b"From: \"x\" <b@x.test>\r\n",
    b".From: b@x.test\r\n",
    b"Subject: a line of some length, so that limits are reached\r\n",
    b"\r\n",
    b".\r\n",
    b"\r\n.\r\n",
    b"\n.\n",
    b"\r.\r",
    b".",
    b"\r",
    b"\n",
    b"\0",
    b"text",
    b" ",
];

const REPLIES: [&[u8]; 8] = [
    b"250 Ok\r\n",
    b"250-Ok\r\n",
    b"354 go\r\n",
    b"421 bye\r\n",
    b"535 5.7.8 no\r\n",
    b"550 no\r\n",
    b"99 x\r\n",
    b"250 bare\n",
];

const HANDSHAKE: [&[u8]; 16] = [
    b"220 up.test\r\n",
    b"250-up.test\r\n",
    b"250 STARTTLS\r\n",
    b"250-AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\r\n",
    b"250 AUTH XOAUTH2 OAUTHBEARER\r\n",
    b"250-STARTTLS\r\n",
    b"334 \r\n",
    b"334 VXNlcm5hbWU6\r\n",
    b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n",
    b"235 2.7.0 in\r\n",
    b"535 5.7.8 no\r\n",
    b"454 4.7.0 Suggested backoff time (in ms): 5000\r\n",
    b"421 bye\r\n",
    b"99 x\r\n",
    b"\r",
    b"\n",
];

const PROXY: [&[u8]; 3] =
    [b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", b"PROXY UNKNOWN\r\n"];

const HEADER: [&str; 22] = [
    "a@ok.test",
    "<",
    ">",
    "(",
    ")",
    "\"",
    "\\",
    ",",
    ";",
    ":",
    "@",
    ".",
    " ",
    "\t",
    "\r\n ",
    "[127.0.0.1]",
    "=?utf-8?q?x?=",
    "ä",
    "name",
    "From: ",
    "\r\n",
    "\u{1}",
];

fn pieces(of: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(of).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..8),
    ];
    (any::<u8>(), prop::collection::vec(piece, 0..24))
        .prop_map(|(choice, pieces)| std::iter::once(choice).chain(pieces.into_iter().flatten()).collect())
}

/// A transaction up to its content, so that most cases reach it.
fn message() -> impl Strategy<Value = Vec<u8>> {
    (pieces(&SMTP), any::<bool>()).prop_map(|(input, by_chunk)| {
        let start: &[u8] = b"MAIL FROM:<a@ok.test>\r\nRCPT TO:<b@x.test>\r\n";
        let content: &[u8] = if by_chunk { b"BDAT 40\r\n" } else { b"DATA\r\n" };
        [&input[..1], start, content, &input[1..], b"\r\n.\r\n"].concat()
    })
}

/// Moves for the relay with both sides hostile: client and upstream pieces, each with its head.
fn moves() -> impl Strategy<Value = Vec<u8>> {
    let one = prop_oneof![
        4 => prop::sample::select(&SMTP[..]).prop_map(|piece| (3_u8, piece)),
        4 => prop::sample::select(&REPLIES[..]).prop_map(|piece| (0_u8, piece)),
        1 => (1_u8..3).prop_map(|side| (side, &[][..])),
    ];
    (any::<u8>(), prop::collection::vec(one, 0..40)).prop_map(|(choice, moves)| {
        let mut input = vec![choice];
        for (side, piece) in moves {
            let length = u8::try_from(piece.len()).expect("pieces are short");
            input.push(length << 2 | side);
            input.extend_from_slice(piece);
        }
        input
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn submission_holds(input in pieces(&SMTP)) {
        submission(&input);
    }

    #[test]
    fn smtp_upstream_holds(input in pieces(&HANDSHAKE)) {
        smtp_upstream(&input);
    }

    #[test]
    fn relay_holds_against_both_sides(input in moves()) {
        relay(&input);
    }

    #[test]
    fn relay_does_not_depend_on_cuts(input in prop_oneof![pieces(&SMTP), message()]) {
        relay_cuts(&input);
    }

    #[test]
    fn header_holds(input in prop::collection::vec(prop::sample::select(&HEADER[..]), 0..16)) {
        header_from(input.concat().as_bytes());
    }

    #[test]
    fn any_octets_hold(input in prop::collection::vec(any::<u8>(), 0..512)) {
        sasl(&input);
        submission(&input);
        smtp_upstream(&input);
        relay(&input);
        relay_cuts(&input);
        header_from(&input);
        proxy_header(&input);
    }

    #[test]
    fn proxy_headers_hold(
        choice in 0_u8..4,
        start in prop::sample::select(&PROXY[..]),
        rest in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        proxy_header(&[&[choice], start, &rest].concat());
    }
}
