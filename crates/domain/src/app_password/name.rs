//! What an owner calls an app password.

use std::fmt;
use std::str::FromStr;

use crate::text::is_unseen;

/// A name of 8 to 64 characters, all of them to be seen ([`is_unseen`]), surrounding white space trimmed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppPasswordName(String);

/// Why a text is no app-password name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAppPasswordName {
    /// Fewer than 8 characters.
    #[error("too short: a name has 8 to 64 characters; say what uses it, for example \"Contact form\"")]
    TooShort,
    /// More than 64 characters.
    #[error("too long: a name has 8 to 64 characters")]
    TooLong,
    /// A control character, one that changes the direction of text, or one that shows nothing.
    #[error(
        "the name has a character that cannot be seen (a control, text-direction or zero-width character, or one that only changes an emoji)"
    )]
    Character,
}

impl AppPasswordName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared for uniqueness: NFC, lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for AppPasswordName {
    type Err = InvalidAppPasswordName;

    fn from_str(text: &str) -> Result<Self, InvalidAppPasswordName> {
        use unicode_normalization::UnicodeNormalization;
        let text = text.trim();
        // ASCII is in NFC as it is. Each sign-in reads a name, so that this saves it half a microsecond.
        let name: String = if text.is_ascii() { text.to_owned() } else { text.nfc().collect() };
        if name.chars().any(is_unseen) {
            return Err(InvalidAppPasswordName::Character);
        }
        match name.chars().count() {
            0..8 => Err(InvalidAppPasswordName::TooShort),
            8..=64 => Ok(Self(name)),
            _ => Err(InvalidAppPasswordName::TooLong),
        }
    }
}

impl fmt::Display for AppPasswordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AppPasswordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_and_trims() {
        assert_eq!("  Kontakt\u{e4}  ".parse::<AppPasswordName>().unwrap().as_str(), "Kontakt\u{e4}");
        assert_eq!("Scanner".parse::<AppPasswordName>(), Err(InvalidAppPasswordName::TooShort));
        assert_eq!("x".repeat(65).parse::<AppPasswordName>(), Err(InvalidAppPasswordName::TooLong));
        for unseen in ["Scan\u{202e}ner 1", "Scan\u{200b}ner 1", &"\u{200b}".repeat(9), "\u{3164}Scanner 1"] {
            assert_eq!(
                unseen.parse::<AppPasswordName>(),
                Err(InvalidAppPasswordName::Character),
                "{unseen:?}"
            );
        }
    }
}
