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

    /// The name that stands for a display name of a directory: lower case, each run of other characters than a name may
    /// have made one hyphen ("Sales (EMEA)" becomes `sales-emea`).
    ///
    /// # Errors
    /// [`InvalidGroupName`] when nothing is left, or more than [`Self::LONGEST`] characters.
    pub fn from_display_name(text: &str) -> Result<Self, InvalidGroupName> {
        let mut name = String::with_capacity(text.len().min(2 * Self::LONGEST));
        for character in text.chars() {
            match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '.' => name.push(character.to_ascii_lowercase()),
                _ if name.ends_with('-') => {}
                _ => name.push('-'),
            }
        }
        name.trim_start_matches(['-', '_', '.']).trim_end_matches('-').parse()
    }

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
    fn a_display_name_becomes_a_name_or_is_refused() {
        let name = |text: &str| GroupName::from_display_name(text).map(|name| name.to_string());
        for (text, expected) in [
            ("Sales", "sales"),
            ("Sales (EMEA)", "sales-emea"),
            ("  All  --  Staff ", "all-staff"),
            ("R&D_lab.2", "r-d_lab.2"),
            ("Büro Zürich", "b-ro-z-rich"),
            ("_.-x", "x"),
        ] {
            assert_eq!(name(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "---", "日本", "x".repeat(65).as_str()] {
            assert_eq!(name(text), Err(InvalidGroupName), "{text}");
        }
    }

    #[test]
    fn names_are_folded_and_checked() {
        assert_eq!(" Sales.EU-1_b ".parse::<GroupName>().unwrap().as_str(), "sales.eu-1_b");
        let long = "x".repeat(65);
        for text in ["", "-a", ".a", "a b", "a@b", "grün", "a\nb", "*", long.as_str()] {
            assert_eq!(text.parse::<GroupName>(), Err(InvalidGroupName), "{text}");
        }
    }
}
