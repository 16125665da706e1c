//! The client side: encoders for fixed credentials at an upstream.

use zeroize::Zeroizing;

use super::encode_base64;
use crate::Secret;

/// The one message of PLAIN, encoded; the authorization identity is left empty.
///
/// A NUL in the user name or the secret would shift the fields, so the configuration must have refused it; here it
/// yields `None`.
pub fn plain(user_name: &str, secret: &Secret) -> Option<Zeroizing<String>> {
    plain_as("", user_name, secret)
}

/// The same, acting as `authorization_id`: how a Dovecot master user opens another mailbox (RFC 4616 §2).
pub fn plain_as(authorization_id: &str, user_name: &str, secret: &Secret) -> Option<Zeroizing<String>> {
    if authorization_id.contains('\0') || user_name.contains('\0') || secret.expose().contains(&0) {
        return None;
    }
    let length = authorization_id.len() + user_name.len() + secret.expose().len() + 2;
    let mut message = Zeroizing::new(Vec::with_capacity(length));
    message.extend_from_slice(authorization_id.as_bytes());
    message.push(0);
    message.extend_from_slice(user_name.as_bytes());
    message.push(0);
    message.extend_from_slice(secret.expose());
    Some(encode_base64(&message))
}

/// The two answers of LOGIN, encoded: to the first and to the second `334`, whatever the prompts say.
pub fn login(user_name: &str, secret: &Secret) -> [Zeroizing<String>; 2] {
    [encode_base64(user_name.as_bytes()), encode_base64(secret.expose())]
}
