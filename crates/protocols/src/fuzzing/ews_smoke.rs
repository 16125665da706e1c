//! Runs the target of the SOAP reader over inputs made of the pieces that matter.

use proptest::prelude::*;

use super::ews::ews_header;

const PIECES: [&[u8]; 36] = [
    b"<s:Header>",
    b"</s:Header>",
    b"<s:Header/>",
    b"<s:Body>",
    b"</s:Body>",
    b"<s:Body/>",
    b"</s:Envelope>",
    b"<t:ExchangeImpersonation>",
    b"</t:ExchangeImpersonation>",
    b"<t:ConnectingSID>",
    b"</t:ConnectingSID>",
    b"<t:SID>",
    b"</t:SID>",
    b"<t:PrimarySmtpAddress>a@b</t:PrimarySmtpAddress>",
    b"<t:ExchangeImpersonation><t:ConnectingSID><t:SID>a</t:SID></t:ConnectingSID></t:ExchangeImpersonation>",
    b"<x xmlns='y'>",
    b"</x>",
    b"<t:x xmlns:t='z'/>",
    b"<t:MailboxCulture>",
    b"</t:MailboxCulture>",
    b"<!--",
    b"-->",
    b"<!-- x -->",
    b"<![CDATA[",
    b"]]>",
    b"<![CDATA[x]]>",
    b"<?xml version='1.0'?>",
    b"\xef\xbb\xbf",
    b"&#97;",
    b"&amp;",
    b"\"",
    b"'",
    b" ",
    b">",
    b"<",
    b"\xc3",
];

const ENVELOPE: &[u8] = b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' \
    xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types'>";

fn pieces(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => prop::sample::select(&PIECES[..]).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..most).prop_map(|pieces| pieces.concat())
}

/// Requests whose frame is right most of the time.
fn requests() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), pieces(2), pieces(4), pieces(4), pieces(2)).prop_map(
        |(choice, before, header, body, behind)| {
            [
                &[choice],
                &before[..],
                ENVELOPE,
                b"<s:Header>",
                &header,
                b"</s:Header><s:Body>",
                &body,
                b"</s:Body></s:Envelope>",
                &behind,
            ]
            .concat()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests_hold(input in requests()) {
        ews_header(&input);
    }

    #[test]
    fn pieces_hold(choice: u8, input in pieces(16)) {
        ews_header(&[&[choice], ENVELOPE, &input].concat());
    }
}
