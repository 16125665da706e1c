//! Telephone numbers for text messages.

use std::fmt;
use std::str::FromStr;

/// A telephone number in the international form of ITU-T E.164: `+` and 7 to 15 digits, the first of them not 0.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

/// The text is no telephone number in international form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number: write it with + and the country's code, as in +49 151 23456789")]
pub struct NotAPhoneNumber;

impl PhoneNumber {
    /// `+4915123456789`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a page shows before its owner has signed in: the last two digits.
    #[must_use]
    pub fn hint(&self) -> String {
        let end = self.0.len().saturating_sub(2);
        format!("\u{2022}\u{2022}\u{2022} {}", &self.0[end..])
    }
}

impl FromStr for PhoneNumber {
    type Err = NotAPhoneNumber;

    /// Spaces, hyphens, dots, slashes and brackets between the digits are ignored, and `00` is read as `+`. A bracketed 0
    /// after the country's code, `+49 (0) 151 …`, is left out, as it is when dialled.
    fn from_str(text: &str) -> Result<Self, NotAPhoneNumber> {
        let text = text.trim().replace("(0)", "");
        let kept: String =
            text.chars().filter(|c| !" -./()\u{a0}\u{2010}\u{2011}\u{2013}".contains(*c)).collect();
        let digits = kept.strip_prefix('+').or_else(|| kept.strip_prefix("00")).ok_or(NotAPhoneNumber)?;
        let fits = (7..=15).contains(&digits.len())
            && digits.bytes().all(|octet| octet.is_ascii_digit())
            && !digits.starts_with('0');
        if fits { Ok(Self(format!("+{digits}"))) } else { Err(NotAPhoneNumber) }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_people_write_it() {
        for text in ["+4915123456789", " +49 151 23456789", "0049-151-234.567.89", "+49 (0)151 / 23 45 67 89"]
        {
            assert_eq!(text.parse::<PhoneNumber>().unwrap().as_str(), "+4915123456789", "{text}");
        }
        for text in [
            "",
            "+",
            "0151 23456789",
            "+0151234567",
            "+123456",
            "+1234567890123456",
            "+49x1234567",
            "++491512345",
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(NotAPhoneNumber), "{text}");
        }
        assert_eq!("+4915123456789".parse::<PhoneNumber>().unwrap().hint(), "\u{2022}\u{2022}\u{2022} 89");
    }
}
