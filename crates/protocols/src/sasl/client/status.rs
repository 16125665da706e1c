//! The challenge by which an upstream explains that it refuses a token: base64 of a JSON object with the field
//! `status` (RFC 7628 §3.2.2; Google writes HTTP's codes there).

use crate::sasl::decode_base64;

/// The longest status kept, in octets; the registered ones (RFC 6750 §3.1) have at most 18.
const MAX_STATUS: usize = 40;

/// The status, with nothing in it but letters, digits, `_`, `-` and `.`, since it comes from outside and goes to a log.
/// Nothing else of the challenge is looked at.
pub(super) fn status(challenge: &[u8]) -> Option<String> {
    let json = decode_base64(challenge.trim_ascii()).ok()?;
    let text = std::str::from_utf8(&json).ok()?;
    let (_, rest) = text.split_once("\"status\"")?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    // Some write the code as a number.
    let value = value.strip_prefix('"').unwrap_or(value);
    let end = value.find(|character: char| !is_permitted(character)).unwrap_or(value.len());
    let status = &value[..end.min(MAX_STATUS)];
    (!status.is_empty()).then(|| status.to_owned())
}

fn is_permitted(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
}
