//! What a token or a service principal is called.

use std::fmt;
use std::str::FromStr;

use crate::text::is_unseen;

/// A name of 1 to 64 characters, all of them to be seen ([`is_unseen`]), surrounding white space trimmed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenName(String);

/// Why a text is no name for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTokenName {
    /// Nothing.
    #[error("missing: say what uses the token, for example \"Backup job\"")]
    Empty,
    /// More than 64 characters.
    #[error("too long: a name has at most 64 characters")]
    TooLong,
    /// A control character, one that changes the direction of text, or one that shows nothing.
    #[error("the name has a character that cannot be seen")]
    Character,
}

impl TokenName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TokenName {
    type Err = InvalidTokenName;

    fn from_str(text: &str) -> Result<Self, InvalidTokenName> {
        use unicode_normalization::UnicodeNormalization;
        let name: String = text.trim().nfc().collect();
        if name.chars().any(is_unseen) {
            return Err(InvalidTokenName::Character);
        }
        match name.chars().count() {
            0 => Err(InvalidTokenName::Empty),
            1..=64 => Ok(Self(name)),
            _ => Err(InvalidTokenName::TooLong),
        }
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_seen_and_not_long() {
        assert_eq!(" Backup job ".parse::<TokenName>().unwrap().as_str(), "Backup job");
        for (text, error) in [
            ("  ", InvalidTokenName::Empty),
            ("a\u{200b}b", InvalidTokenName::Character),
            (&"a".repeat(65), InvalidTokenName::TooLong),
        ] {
            assert_eq!(text.parse::<TokenName>(), Err(error), "{text:?}");
        }
    }
}
