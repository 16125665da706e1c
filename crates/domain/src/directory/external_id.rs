//! The name that a directory gives to one of its entries.

use std::fmt;
use std::str::FromStr;

use crate::text::is_unseen;

/// The name that a directory gives to one of its entries, and by which it finds it again (`externalId` in SCIM, RFC 7643
/// 3.1). Case counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(String);

/// The text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an external id: 1 to 256 visible characters, no white space at either end")]
pub struct InvalidExternalId;

impl ExternalId {
    /// Most characters.
    pub const LONGEST: usize = 256;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ExternalId {
    type Err = InvalidExternalId;

    fn from_str(text: &str) -> Result<Self, InvalidExternalId> {
        let good = !text.is_empty()
            && text.trim() == text
            && text.chars().count() <= Self::LONGEST
            && !text.chars().any(is_unseen);
        good.then(|| Self(text.to_owned())).ok_or(InvalidExternalId)
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_as_it_is_or_refused() {
        for good in ["701984", "Anna@Example.test", "0f8fad5b-d9cd-469f-a165-70867728950e", "Jörg 7"] {
            assert_eq!(good.parse::<ExternalId>().unwrap().as_str(), good);
        }
        for wrong in ["", " ", " a", "a ", "a\nb", "a\u{200b}b", "x".repeat(257).as_str()] {
            assert_eq!(wrong.parse::<ExternalId>(), Err(InvalidExternalId), "{wrong:?}");
        }
    }
}
