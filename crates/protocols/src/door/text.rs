//! Texts of others in replies of ours.

use super::limits::MAX_TEXT;

/// One line of limited length: control characters would forge a second reply, so they are replaced.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::new();
    for character in text.chars() {
        if clean.len() + character.len_utf8() > MAX_TEXT {
            break;
        }
        clean.push(if character.is_control() { '?' } else { character });
    }
    clean
}

/// A quoted string (RFC 9051 §4.3, RFC 5804 §4) of a text, cleaned.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", clean(text).replace('\\', "\\\\").replace('"', "\\\""))
}
