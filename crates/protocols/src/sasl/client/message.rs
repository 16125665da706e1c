//! The first messages of the mechanisms, in base64.
//!
//! A NUL in a password would shift the fields of PLAIN, and a ^A those of the token mechanisms; a line end in a token
//! would be a header of its own behind a careless upstream. None of them is sent.

use zeroize::Zeroizing;

use crate::Secret;
use crate::sasl::encode_base64;

type Message = Zeroizing<Vec<u8>>;

/// Base64 as octets.
pub(super) fn encode(message: &[u8]) -> Message {
    let mut text = encode_base64(message);
    Zeroizing::new(std::mem::take(&mut *text).into_bytes())
}

/// The one message of PLAIN (RFC 4616 §2). An authorization identity is how a Dovecot master user opens another
/// mailbox.
pub(super) fn plain(authorization_id: &str, user_name: &str, secret: &Secret) -> Option<Message> {
    let fields = [authorization_id.as_bytes(), user_name.as_bytes(), secret.expose()];
    if fields.iter().any(|field| field.contains(&0)) {
        return None;
    }
    Some(encode(&concatenated(&[fields[0], b"\0", fields[1], b"\0", fields[2]])))
}

/// `user=` name ^A `auth=Bearer ` token ^A ^A.
pub(super) fn xoauth2(user_name: &str, token: &Secret) -> Option<Message> {
    (is_name(user_name) && is_token(token.expose())).then(|| {
        encode(&concatenated(&[
            b"user=",
            user_name.as_bytes(),
            b"\x01auth=Bearer ",
            token.expose(),
            b"\x01\x01",
        ]))
    })
}

/// `n,a=` name `,` ^A `host=` … ^A `port=` … ^A `auth=Bearer ` token ^A ^A (RFC 7628 §3.1, RFC 5801 §4).
pub(super) fn oauth_bearer(user_name: &str, host: &str, port: u16, token: &Secret) -> Option<Message> {
    if !is_name(user_name) || !is_name(host) || !is_token(token.expose()) {
        return None;
    }
    let name = user_name.replace('=', "=3D").replace(',', "=2C");
    let port = port.to_string();
    Some(encode(&concatenated(&[
        b"n,a=",
        name.as_bytes(),
        b",\x01host=",
        host.as_bytes(),
        b"\x01port=",
        port.as_bytes(),
        b"\x01auth=Bearer ",
        token.expose(),
        b"\x01\x01",
    ])))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(char::is_control)
}

/// An access token is made of visible ASCII (RFC 6749 Appendix A.12, which also allows spaces: RFC 6750 §2.1 does not).
fn is_token(token: &[u8]) -> bool {
    !token.is_empty() && token.iter().all(u8::is_ascii_graphic)
}

/// The parts in one buffer that never grows, so that no copy of a secret is left behind.
pub(crate) fn concatenated(parts: &[&[u8]]) -> Message {
    let mut message = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    for part in parts {
        message.extend_from_slice(part);
    }
    message
}
