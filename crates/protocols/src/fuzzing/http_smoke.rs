//! Runs the targets of the HTTP doors over inputs made of the pieces that matter.

use proptest::prelude::*;

use super::http::{activesync, autodiscover, http_basic};

const FIELD_PIECES: [&[u8]; 10] =
    [b"Basic ", b"basic  ", b"Bearer ", b"dTpw", b"dTo=", b"=", b"/w==", b"w6Q6w6Q", b" ", b"\0"];

const QUERY_PIECES: [&[u8]; 16] = [
    b"User=",
    b"user=",
    b"DeviceId=",
    b"DeviceType=",
    b"anna",
    b"&",
    b"=",
    b"%41",
    b"%00",
    b"%u0041",
    b"%",
    b"+",
    b"jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l",
    b"CARhbm5h",
    b"CAR",
    b"\xc3\xa4",
];

const ANSWER_PIECES: [&[u8]; 24] = [
    b"<A>",
    b"</A>",
    b"<RedirectUrl>",
    b"</RedirectUrl>",
    b"<Server>a.b</Server>",
    b"<AuthPackage>x</AuthPackage>",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"https://a.b/",
    b"HTTP://a.b:80",
    b"https://",
    b"a.b",
    b"u@b",
    b"&#47;",
    b"&amp;",
    b"{\"a\":\"",
    b"\"}",
    b"\"",
    b"\\u002f",
    b"\\/",
    b"\\",
    b"/",
];

fn input(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(pieces).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..8),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fields_hold(input in input(&FIELD_PIECES)) {
        http_basic(&input);
    }

    #[test]
    fn answers_hold(choice: u8, input in input(&ANSWER_PIECES)) {
        autodiscover(&[&[choice], &input[..]].concat());
        autodiscover(&[b"\0<A>", &input[..], b"</A>"].concat());
        autodiscover(&[b"\x01{\"a\":\"", &input[..], b"\"}"].concat());
    }

    #[test]
    fn queries_hold(input in input(&QUERY_PIECES)) {
        activesync(&input);
    }
}
