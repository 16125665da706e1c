//! The user name: an e-mail address in one canonical form.

use std::fmt;
use std::str::FromStr;

/// An account's user name: an e-mail address in canonical form (lower case, no surrounding white space).
///
/// The local part is compared without case too: every mail system that Postern fronts does so, and two
/// accounts that differ in case alone would be a trap.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName(String);

/// Why a text is no user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccountName {
    /// Not of the form `name@domain`.
    #[error("not an e-mail address: write it as name@example.org")]
    NotAnAddress,
    /// Longer than 254 octets (RFC 5321 4.5.3.1.3), or a local part over 64.
    #[error("too long: an e-mail address has at most 254 characters, 64 of them before the @")]
    TooLong,
    /// A character that no door accepts in a user name.
    #[error(
        "a character that is not allowed in an e-mail address here (spaces, control characters, quotes, \\, *, %, : and characters outside ASCII)"
    )]
    Character,
}

impl AccountName {
    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for AccountName {
    type Err = InvalidAccountName;

    /// Accepts an RFC 5321 Mailbox with an unquoted local part. `*` and `%` (master-user separators of Dovecot and
    /// Cyrus), `:` (ends the user name in HTTP Basic) and `\` (`DOMAIN\user`) are refused.
    fn from_str(text: &str) -> Result<Self, InvalidAccountName> {
        let text = text.trim();
        if text.len() > 254 {
            return Err(InvalidAccountName::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(InvalidAccountName::NotAnAddress)?;
        if local.is_empty() || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(InvalidAccountName::NotAnAddress);
        }
        if local.len() > 64 {
            return Err(InvalidAccountName::TooLong);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$&'+-/=?^_`{|}~.".contains(c);
        if !local.chars().all(allowed) {
            return Err(InvalidAccountName::Character);
        }
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        if !domain.is_ascii() {
            return Err(InvalidAccountName::Character);
        }
        if !domain.split('.').all(label) {
            return Err(InvalidAccountName::NotAnAddress);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_and_trims() {
        let name: AccountName = " Anna.Berg+x@Mail.Example.TEST ".parse().unwrap();
        assert_eq!(name.as_str(), "anna.berg+x@mail.example.test");
        assert_eq!((name.local_part(), name.domain()), ("anna.berg+x", "mail.example.test"));
    }

    #[test]
    fn refuses_what_a_door_would_misread() {
        use InvalidAccountName::{Character, NotAnAddress, TooLong};
        for (text, error) in [
            ("anna", NotAnAddress),
            ("@example.test", NotAnAddress),
            ("anna@", NotAnAddress),
            (".anna@example.test", NotAnAddress),
            ("anna@example..test", NotAnAddress),
            ("anna@-example.test", NotAnAddress),
            ("a@b@example.test", NotAnAddress),
            ("anna*master@example.test", Character),
            ("anna%x@example.test", Character),
            ("an:na@example.test", Character),
            ("dom\\anna@example.test", Character),
            ("an na@example.test", Character),
            ("\"anna\"@example.test", Character),
            ("ann\u{e4}@example.test", Character),
        ] {
            assert_eq!(text.parse::<AccountName>(), Err(error), "{text}");
        }
        assert_eq!(format!("{}@example.test", "a".repeat(65)).parse::<AccountName>(), Err(TooLong));
    }
}
