//! Who somebody is at an outside identity provider, and the account that they sign in to with it.

use std::fmt;
use std::str::FromStr;

use crate::Timestamp;
use crate::id::{AccountId, OutsideIdentityId};

/// The link between somebody at an outside identity provider and an account. Issuer and subject are the key, for ever:
/// names and e-mail addresses are given to other people in time, and move no link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutsideIdentity {
    /// Names the link.
    pub id: OutsideIdentityId,
    /// The account that it opens.
    pub account: AccountId,
    /// The provider's own name: `iss` of its tokens, compared octet by octet.
    pub issuer: String,
    /// Who it is there.
    pub subject: Subject,
    /// What the provider called them when the link was made, at most 254 printable characters. For people's eyes only.
    pub label: String,
    /// When the link was made.
    pub linked_at: Timestamp,
    /// By whom, as [`crate::actor::Actor`] shows itself.
    pub linked_by: String,
    /// When somebody last signed in with it.
    pub last_used_at: Option<Timestamp>,
}

/// Who somebody is at a provider: `sub`, at most 255 ASCII characters, in which case counts (OpenID Connect Core 2).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject(String);

impl Subject {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a subject has 1 to 255 visible ASCII characters: the provider's `sub`, not a name or an e-mail address"
)]
pub struct InvalidSubject;

impl FromStr for Subject {
    type Err = InvalidSubject;

    fn from_str(text: &str) -> Result<Self, InvalidSubject> {
        // A space inside may be; one at an end would be lost on the way through a form or a shell.
        let visible = text.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ');
        let fits = (1..=255).contains(&text.len()) && text.trim() == text;
        if visible && fits { Ok(Self(text.to_owned())) } else { Err(InvalidSubject) }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_visible_ascii_as_it_is() {
        for good in [
            "248289761001",
            "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
            "auth0|5f7c",
            "a b",
            &"x".repeat(255),
        ] {
            assert_eq!(good.parse::<Subject>().unwrap().as_str(), good);
        }
        for bad in ["", " a", "a ", "a\n", "a\0", "ä", &"x".repeat(256)] {
            assert_eq!(bad.parse::<Subject>(), Err(InvalidSubject), "{bad:?}");
        }
        assert_ne!("a".parse::<Subject>(), "A".parse::<Subject>());
    }
}
