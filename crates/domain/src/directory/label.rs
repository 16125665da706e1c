//! Names that are shown to people and mean nothing to a rule.

use std::fmt;
use std::str::FromStr;

use crate::text::is_unseen;

/// A name that is shown to people, as a directory gives it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

/// The text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name to be shown: 1 to 256 visible characters")]
pub struct InvalidLabel;

impl Label {
    /// Most characters.
    pub const LONGEST: usize = 256;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = InvalidLabel;

    /// White space around it is not part of it.
    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        let text = text.trim();
        let good = !text.is_empty() && text.chars().count() <= Self::LONGEST && !text.chars().any(is_unseen);
        good.then(|| Self(text.to_owned())).ok_or(InvalidLabel)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_trimmed_and_visible() {
        assert_eq!(" Anna Bergström ".parse::<Label>().unwrap().as_str(), "Anna Bergström");
        for wrong in ["", "  ", "a\tb", "a\u{202e}b", "x".repeat(257).as_str()] {
            assert_eq!(wrong.parse::<Label>(), Err(InvalidLabel), "{wrong:?}");
        }
    }
}
