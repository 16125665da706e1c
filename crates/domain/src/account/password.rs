//! The account password: what may be one, and how it is hashed.

use zeroize::Zeroizing;

pub use super::slow_hash::{SlowHash, SlowHashCost};
use crate::account::AccountName;

/// An account password as somebody typed it, in Unicode NFC. Wiped on drop, never shown.
#[derive(Clone)]
pub struct AccountPassword(Zeroizing<String>);

/// Why a text may not become an account password. The text shown says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPassword {
    /// Fewer characters than the account's MFA state demands.
    #[error("too short: use at least {least} characters")]
    TooShort {
        /// The least number of characters.
        least: usize,
    },
    /// More than [`AccountPassword::MOST_CHARACTERS`] characters.
    #[error("too long: use at most 256 characters")]
    TooLong,
    /// It stands on the list of passwords that everybody tries.
    #[error("this is one of the passwords that attackers try first: choose another")]
    Common,
    /// It is made from the account's own name or the product's.
    #[error("it contains the account's name or the name of this service: choose another")]
    Context,
    /// It looks like an app password, which no account password may.
    #[error("it has the form of an app password: choose another")]
    LooksLikeAppPassword,
}

impl AccountPassword {
    /// Least characters where a second factor is asked too (NIST SP 800-63B-4 3.1.1.2).
    pub const LEAST_WITH_MFA: usize = 8;
    /// Least characters where the password stands alone.
    pub const LEAST_WITHOUT_MFA: usize = 15;
    /// Most characters: far above the 64 that must be allowed, small enough to hash without a queue.
    pub const MOST_CHARACTERS: usize = 256;

    /// What somebody typed, put into NFC. Nothing is checked: this is for sign-in.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        use unicode_normalization::UnicodeNormalization;
        Self(Zeroizing::new(text.nfc().collect()))
    }

    /// Checks that the password may be set for `account`.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, _account: &AccountName, _with_mfa: bool) -> Result<(), UnfitPassword> {
        todo!("length, blocklist with context words, app-password form")
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
