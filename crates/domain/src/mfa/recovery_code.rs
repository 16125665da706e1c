//! Recovery codes: single-use second factors for the day the phone is lost.

use zeroize::Zeroizing;

use crate::Random;

/// A recovery code: 16 symbols of the app-password alphabet (79 bits), shown as four groups of four. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// How many are made at a time.
    pub const COUNT: usize = 10;
    /// Symbols in a code.
    pub const SYMBOLS: usize = 16;

    /// A fresh code.
    #[must_use]
    pub fn generate(_random: &dyn Random) -> Self {
        todo!()
    }

    /// The code that somebody typed, folded as app passwords are; `None` when it cannot be one.
    #[must_use]
    pub fn typed(_text: &str) -> Option<Self> {
        todo!()
    }

    /// The canonical form, for hashing.
    #[must_use]
    pub fn expose_canonical(&self) -> &str {
        &self.0
    }

    /// The form shown, once: `abcd-efgh-jkpq-rstu`.
    #[must_use]
    pub fn expose_grouped(&self) -> Zeroizing<String> {
        todo!()
    }
}

/// `RecoveryCode`, never the code.
impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode")
    }
}
