//! Base64 and the messages of the two mechanisms.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, Zeroizing};

use super::{Credentials, Mechanism, SaslError};
use crate::Secret;

/// The longest user name taken, in octets. A mailbox address has at most 254 (RFC 5321 §4.5.3.1 and erratum 1690);
/// the rest is room for `DOMAIN\user` forms.
pub const MAX_USER_NAME: usize = 320;

/// Decodes canonical base64: padding required, no line breaks, no stray bits after the last symbol.
///
/// Leniency here would give one secret several spellings, and a log of refusals several names for one mistake.
pub fn decode_base64(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, SaslError> {
    STANDARD.decode(text).map(Zeroizing::new).map_err(|_| SaslError::Base64)
}

/// Encodes with padding, without line breaks.
pub fn encode_base64(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(bytes))
}

/// Reads `[authzid] NUL authcid NUL passwd` (RFC 4616 §2).
///
/// The password is not required to be UTF-8 although the RFC says so: a program that sends another character set
/// is to be told "wrong password", which its owner understands, instead of "syntax error".
pub(super) fn read_plain(message: &[u8]) -> Result<Credentials, SaslError> {
    let mut parts = message.split(|&octet| octet == 0);
    let (Some(authorization_id), Some(user_name), Some(secret), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(SaslError::Malformed);
    };
    let authorization_id = match authorization_id {
        [] => None,
        name => Some(read_name(name)?),
    };
    let user_name = read_name(user_name)?;
    let authorization_id = authorization_id.filter(|name| name.to_lowercase() != user_name.to_lowercase());
    Ok(Credentials {
        mechanism: Mechanism::Plain,
        authorization_id,
        user_name,
        secret: Secret::new(secret.to_vec()),
    })
}

/// Reads a user name: UTF-8 without control characters, because names end up in logs and in database keys.
pub(super) fn read_name(bytes: &[u8]) -> Result<String, SaslError> {
    if bytes.is_empty() || bytes.len() > MAX_USER_NAME {
        return Err(SaslError::Malformed);
    }
    let name = std::str::from_utf8(bytes).map_err(|_| SaslError::Malformed)?;
    if name.chars().any(char::is_control) {
        return Err(SaslError::Malformed);
    }
    Ok(name.to_owned())
}

/// Reads a user name and a secret that came as two arguments of a command: IMAP's LOGIN, POP3's USER and PASS. They are
/// held to the rules of the mechanism LOGIN and reported as such.
pub(crate) fn read_credentials(
    user_name: &[u8],
    secret: Zeroizing<Vec<u8>>,
) -> Result<Credentials, SaslError> {
    Ok(Credentials {
        mechanism: Mechanism::Login,
        authorization_id: None,
        user_name: read_name(user_name)?,
        secret: read_secret(secret)?,
    })
}

/// Reads the secret of LOGIN; like in PLAIN, NUL cannot be part of it.
pub(super) fn read_secret(mut bytes: Zeroizing<Vec<u8>>) -> Result<Secret, SaslError> {
    if bytes.contains(&0) {
        bytes.zeroize();
        return Err(SaslError::Malformed);
    }
    Ok(Secret::new(std::mem::take(&mut *bytes)))
}
