//! Groups: names under which several accounts are meant at once.

use std::fmt;
use std::str::FromStr;

/// The name of a group, in canonical form (lower case). A group is there when an account is in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(String);

/// The text is no name of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not the name of a group: 1 to 64 letters a to z, digits, hyphens, underscores and dots, beginning with a letter or digit"
)]
pub struct InvalidGroupName;

impl GroupName {
    /// Most characters.
    pub const LONGEST: usize = 64;
    /// Most groups of one account: they are read on each sign-in.
    pub const MOST_OF_AN_ACCOUNT: usize = 64;

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GroupName {
    type Err = InvalidGroupName;

    fn from_str(text: &str) -> Result<Self, InvalidGroupName> {
        let text = text.trim();
        let begins_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let good = begins_well && text.len() <= Self::LONGEST && text.chars().all(allowed);
        good.then(|| Self(text.to_ascii_lowercase())).ok_or(InvalidGroupName)
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_checked() {
        assert_eq!(" Sales.EU-1_b ".parse::<GroupName>().unwrap().as_str(), "sales.eu-1_b");
        let long = "x".repeat(65);
        for text in ["", "-a", ".a", "a b", "a@b", "grün", "a\nb", "*", long.as_str()] {
            assert_eq!(text.parse::<GroupName>(), Err(InvalidGroupName), "{text}");
        }
    }
}
