//! The client role towards an SMTP upstream under any input.

use super::mailbox::{has_needle, method};
use crate::Secret;
use crate::smtp::limits::{MAX_REPLY_LINE, MAX_REPLY_LINES};
use crate::smtp::upstream::{Authentication, Handshake, Settings, Step, Tls};

/// The first octet chooses TLS and the mechanism, the rest is the upstream's, whole and octet by octet.
pub fn smtp_upstream(data: &[u8]) {
    let Some((choice, upstream)) = data.split_first() else { return };
    let tls = if choice & 1 == 0 { Tls::Implicit } else { Tls::StartTls };
    let whole = run(tls, *choice, upstream, upstream.len().max(1));
    let cut = run(tls, *choice, upstream, 1);
    // Octets in the clear behind the answer to STARTTLS are seen to be there only if they have come by then.
    if tls == Tls::Implicit {
        assert_eq!(whole, cut, "the cuts between reads make no difference");
    }
}

fn run(tls: Tls, choice: u8, input: &[u8], cut: usize) -> Vec<u8> {
    let authentication = Authentication {
        user_name: "u".to_owned(),
        act_as: None,
        secret: Secret::new(b"needle".to_vec()),
        method: method(choice >> 1),
        without_tls: false,
    };
    let mut handshake = Handshake::new(Settings {
        client_name: "door.test".to_owned(),
        tls,
        xclient: None,
        authentication: Some(authentication),
    });
    let mut output = Vec::new();
    let mut pieces = input.chunks(cut);
    let mut is_protected = tls == Tls::Implicit;
    let mut sent_secrets = 0;
    loop {
        assert!(handshake.buffered() <= MAX_REPLY_LINE * (MAX_REPLY_LINES + 1) + cut, "memory is bounded");
        match handshake.next_step() {
            Step::NeedBytes => match pieces.next() {
                Some(piece) => handshake.receive(piece),
                None => return output,
            },
            Step::Send(bytes) => {
                let has_secret = has_needle(&bytes);
                assert!(is_protected || !has_secret, "no secret in the clear");
                sent_secrets += usize::from(has_secret);
                assert!(sent_secrets <= 1, "a secret is said once");
                assert!(bytes.ends_with(b"\r\n"), "whole lines");
                output.extend_from_slice(&bytes);
            }
            Step::StartTls => {
                is_protected = true;
                handshake.tls_established();
            }
            Step::Ready(ready) => {
                output.extend_from_slice(format!("{:?}", ready.capabilities).as_bytes());
                output.extend_from_slice(&ready.leftover);
                pieces.for_each(|piece| output.extend_from_slice(piece));
                return output;
            }
            Step::Failed(failure) => {
                output.extend_from_slice(format!("{failure:?}").as_bytes());
                return output;
            }
        }
    }
}
