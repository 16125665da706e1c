//! What an owner writes down about an app password.

use std::fmt;
use std::str::FromStr;

use crate::text::is_unseen;

/// A text of 1 to 500 characters in lines, surrounding white space trimmed: where the device stands, who looks after it.
#[derive(Clone, PartialEq, Eq)]
pub struct AppPasswordNote(String);

/// Why a text is no note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAppPasswordNote {
    /// Nothing, or white space only: leave the note out instead.
    #[error("the note is empty")]
    Empty,
    /// More than [`AppPasswordNote::MOST`] characters.
    #[error("too long: a note has at most 500 characters")]
    TooLong,
    /// A character that shows nothing, or changes the direction of text; the ends of lines are none.
    #[error(
        "the note has a character that cannot be seen (a control, text-direction or zero-width character)"
    )]
    Character,
}

impl AppPasswordNote {
    /// Most characters: enough for a paragraph, small enough to be read with each sign-in.
    pub const MOST: usize = 500;

    /// The text; lines are separated by line feeds.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The note that somebody typed into a field; an empty field is none.
    ///
    /// # Errors
    /// [`InvalidAppPasswordNote`], but never for an empty one.
    pub fn typed(text: &str) -> Result<Option<Self>, InvalidAppPasswordNote> {
        match text.parse() {
            Ok(note) => Ok(Some(note)),
            Err(InvalidAppPasswordNote::Empty) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A browser ends lines with carriage return and line feed; a line feed alone is kept.
impl FromStr for AppPasswordNote {
    type Err = InvalidAppPasswordNote;

    fn from_str(text: &str) -> Result<Self, InvalidAppPasswordNote> {
        let text = text.trim().replace("\r\n", "\n");
        if text.chars().any(|character| character != '\n' && is_unseen(character)) {
            return Err(InvalidAppPasswordNote::Character);
        }
        match text.chars().count() {
            0 => Err(InvalidAppPasswordNote::Empty),
            1..=Self::MOST => Ok(Self(text)),
            _ => Err(InvalidAppPasswordNote::TooLong),
        }
    }
}

impl fmt::Display for AppPasswordNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AppPasswordNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_lines_and_counts_characters() {
        let note = AppPasswordNote::typed(" Room 2.14\r\nAsk Bo for the key. \r\n").unwrap().unwrap();
        assert_eq!(note.as_str(), "Room 2.14\nAsk Bo for the key.");
        assert_eq!(AppPasswordNote::typed(" \r\n "), Ok(None));
        assert!(AppPasswordNote::typed(&"ä".repeat(500)).is_ok());
        assert_eq!(AppPasswordNote::typed(&"ä".repeat(501)), Err(InvalidAppPasswordNote::TooLong));
        for unseen in ["a\u{0}b", "a\rb", "a\tb", "a\u{202e}b", "a\u{200b}b"] {
            assert_eq!(AppPasswordNote::typed(unseen), Err(InvalidAppPasswordNote::Character), "{unseen:?}");
        }
    }
}
