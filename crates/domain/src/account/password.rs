//! The account password: what may be one, and how it is hashed.

use zeroize::Zeroizing;

use super::blocklist;
use crate::account::AccountName;
use crate::app_password::TypedSecret;

pub use super::slow_hash::{SlowHash, SlowHashCost};

/// An account password as somebody typed it, in Unicode NFC. Wiped on drop, never shown.
#[derive(Clone)]
pub struct AccountPassword(Zeroizing<String>);

/// Why a text may not become an account password. The text goes on from "the password is" and says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPassword {
    /// Fewer characters than the setting or the account's MFA state demands.
    #[error("too short: use at least {least} characters")]
    TooShort {
        /// The least number of characters.
        least: usize,
    },
    /// More than [`AccountPassword::MOST_CHARACTERS`] characters.
    #[error("too long: use at most 256 characters")]
    TooLong,
    /// It stands on the list of passwords that everybody tries.
    #[error("one of those that attackers try first: choose another")]
    Common,
    /// It is little more than the account's own name, its domain's or the product's.
    #[error("little more than the name of the account or of this service: choose another")]
    Context,
    /// It looks like an app password, which no account password may.
    #[error("of the form of an app password: choose another")]
    LooksLikeAppPassword,
}

impl AccountPassword {
    /// Least characters where a second factor is asked too (NIST SP 800-63B-4 3.1.1.2).
    pub const LEAST_WITH_MFA: usize = 8;
    /// Least characters where the password stands alone.
    pub const LEAST_WITHOUT_MFA: usize = 15;
    /// Most characters, counted as Unicode code points in NFC: far above the 64 that must be allowed, and at most
    /// [`TypedSecret::LONGEST`] octets of UTF-8.
    pub const MOST_CHARACTERS: usize = 256;

    /// What somebody typed, put into NFC. Nothing is checked: this is for sign-in.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        use unicode_normalization::UnicodeNormalization;
        // Room from the start, for NFC triples the octets at most (UAX 15, table 4): a string that grows leaves its old
        // buffer behind unwiped.
        let mut normalized = Zeroizing::new(String::with_capacity(3 * text.len()));
        normalized.extend(text.nfc());
        Self(normalized)
    }

    /// Checks that the password may be set for `account`, with `least` characters at least, which
    /// [`Settings::least_characters`](crate::setting::Settings::least_characters) says. Nothing is asked about kinds of
    /// characters, and nothing is said of how often to change it (NIST SP 800-63B-4 3.1.1.2).
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, account: &AccountName, least: usize) -> Result<(), UnfitPassword> {
        let characters = self.0.chars().count();
        if characters < least {
            return Err(UnfitPassword::TooShort { least });
        }
        if characters > Self::MOST_CHARACTERS {
            return Err(UnfitPassword::TooLong);
        }
        let secret = TypedSecret::new(self.0.as_bytes());
        if secret.as_strong_app_password().is_some() || secret.is_mistyped_app_password() {
            return Err(UnfitPassword::LooksLikeAppPassword);
        }
        if blocklist::is_common(&self.0) {
            return Err(UnfitPassword::Common);
        }
        if blocklist::is_made_from_context(&self.0, account) {
            return Err(UnfitPassword::Context);
        }
        Ok(())
    }

    /// The text, for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// `AccountPassword`, never the text.
impl std::fmt::Debug for AccountPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountPassword")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str, with_mfa: bool) -> Result<(), UnfitPassword> {
        let least = if with_mfa { 8 } else { 15 };
        AccountPassword::typed(password).check(&"anna.berg@mail.example.test".parse().unwrap(), least)
    }

    #[test]
    fn the_rules_in_their_order() {
        use UnfitPassword::{Common, Context, LooksLikeAppPassword, TooLong, TooShort};
        for (password, with_mfa, expected) in [
            ("", true, Err(TooShort { least: 8 })),
            ("tr0ub4d", true, Err(TooShort { least: 8 })),
            ("tr0ub4do", true, Ok(())),
            ("tr0ub4do", false, Err(TooShort { least: 15 })),
            ("correct horse b", false, Ok(())),
            ("\u{1f40e}\u{1f50b}\u{1f4ce}\u{2705}\u{1f40e}\u{1f50b}\u{1f4ce}\u{2705}", true, Ok(())),
            ("no composition rules at all", false, Ok(())),
            ("password", true, Err(Common)),
            ("PassWord2026!", true, Err(Common)),
            ("annaberg2026", true, Err(Context)),
            ("Postern#2026", true, Err(Context)),
            ("anna and the blackmail letter", true, Ok(())),
            ("rfqv-8113-h9cs-ytp0-pyxj-gwx6", true, Err(LooksLikeAppPassword)),
            ("P7 RFQV 8113 h9cs ytpo pyxj gwx6", true, Err(LooksLikeAppPassword)),
            ("rfqv-8113-h9cs-ytp0-pyxj-gwx7", true, Err(LooksLikeAppPassword)),
            ("correct horse battery pony", false, Ok(())),
        ] {
            assert_eq!(check(password, with_mfa), expected, "{password}");
        }
        assert_eq!(check(&"\u{e9}\u{df}".repeat(128), true), Ok(()));
        assert_eq!(check(&"\u{e9}\u{df}".repeat(129), true), Err(TooLong));
    }

    #[test]
    fn every_reason_goes_on_from_the_password_is() {
        use UnfitPassword::{Common, Context, LooksLikeAppPassword, TooLong, TooShort};
        let said = [TooShort { least: 8 }, TooLong, Common, Context, LooksLikeAppPassword]
            .map(|reason| format!("The password is {reason}."));
        let expected = [
            "The password is too short: use at least 8 characters.",
            "The password is too long: use at most 256 characters.",
            "The password is one of those that attackers try first: choose another.",
            "The password is little more than the name of the account or of this service: choose another.",
            "The password is of the form of an app password: choose another.",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn characters_are_counted_in_nfc() {
        // Seven letters, one of them typed as a letter and an accent.
        assert_eq!(check("caf\u{65}\u{301}xyz", true), Err(UnfitPassword::TooShort { least: 8 }));
        assert_eq!(AccountPassword::typed("cafe\u{301}").expose(), "caf\u{e9}");
    }
}
