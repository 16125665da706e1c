//! Security identifiers, by which Exchange Web Services can name a mailbox's owner.

use std::fmt;
use std::str::FromStr;

/// The security identifier of an account in a Windows domain, in its string form (MS-DTYP 2.4.2.1):
/// `S-1-5-21-3623811015-3361044348-30300820-1013`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid(String);

/// The text is no security identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a security identifier: it has the form S-1-5-21-3623811015-3361044348-30300820-1013")]
pub struct InvalidSid;

/// Most sub-authorities (MS-DTYP 2.4.2.2).
const MOST_SUB_AUTHORITIES: usize = 15;

/// The identifier authority has 48 bits.
const GREATEST_AUTHORITY: u64 = (1 << 48) - 1;

impl Sid {
    /// The canonical text: a capital S, numbers in decimal without leading zeros.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Sid {
    type Err = InvalidSid;

    fn from_str(text: &str) -> Result<Self, InvalidSid> {
        let mut parts = text.trim().split('-');
        let is_sid = parts.next().is_some_and(|s| s.eq_ignore_ascii_case("s")) && parts.next() == Some("1");
        if !is_sid {
            return Err(InvalidSid);
        }
        let authority = number(parts.next().ok_or(InvalidSid)?)?;
        let subs = parts.map(number).collect::<Result<Vec<_>, _>>()?;
        let fits = authority <= GREATEST_AUTHORITY && subs.iter().all(|sub| u32::try_from(*sub).is_ok());
        if !fits || !(1..=MOST_SUB_AUTHORITIES).contains(&subs.len()) {
            return Err(InvalidSid);
        }
        Ok(Self(subs.iter().fold(format!("S-1-{authority}"), |text, sub| format!("{text}-{sub}"))))
    }
}

/// Digits only: `u64::from_str` takes a plus sign too.
fn number(text: &str) -> Result<u64, InvalidSid> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| InvalidSid) } else { Err(InvalidSid) }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_string_form_is_read_and_made_canonical() {
        let sid = "S-1-5-21-3623811015-3361044348-30300820-1013";
        assert_eq!(sid.parse::<Sid>().unwrap().as_str(), sid);
        assert_eq!(" s-1-05-021-7 ".parse::<Sid>().unwrap().as_str(), "S-1-5-21-7");
        let many = format!("S-1-5{}", "-1".repeat(16));
        for text in [
            "",
            "S",
            "S-1",
            "S-1-5",
            "S-2-5-21",
            "S-1-5-",
            "S-1-5--1",
            "S-1-5-+1",
            "S-1-5-4294967296",
            "S-1-281474976710656-1",
            "anna@example.test",
            many.as_str(),
        ] {
            assert_eq!(text.parse::<Sid>(), Err(InvalidSid), "{text}");
        }
    }
}
