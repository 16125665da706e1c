//! Recovery codes: single-use second factors for the day the phone is lost.

use zeroize::Zeroizing;

use crate::{Random, symbols};

/// A recovery code: 16 symbols of the app-password alphabet (79 bits), shown as four groups of four. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// How many are made at a time.
    pub const COUNT: usize = 10;
    /// Symbols in a code: 16 × log2 31 = 79.3 bits, over the 64 that make throttling needless (NIST SP 800-63B-4
    /// 3.1.2.2).
    pub const SYMBOLS: usize = 16;

    /// A fresh code.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self(symbols::draw(symbols::ALPHABET, Self::SYMBOLS, random))
    }

    /// The code that somebody typed, folded as app passwords are; `None` when it cannot be one.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        symbols::fold(text.as_bytes()).filter(|folded| folded.len() == Self::SYMBOLS).map(Self)
    }

    /// The canonical form, for hashing.
    #[must_use]
    pub fn expose_canonical(&self) -> &str {
        &self.0
    }

    /// The form shown, once: `abcd-efgh-jkpq-rstu`.
    #[must_use]
    pub fn expose_grouped(&self) -> Zeroizing<String> {
        symbols::grouped(&self.0)
    }
}

/// `RecoveryCode`, never the code.
impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::test::Stream;

    #[test]
    fn reads_back_what_it_shows_however_it_is_typed() {
        let code = RecoveryCode::generate(&Stream::from(7));
        let shown = code.expose_grouped();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
        for typed in [shown.to_string(), shown.to_uppercase(), format!(" {} \r\n", shown.replace('-', " "))] {
            assert!(RecoveryCode::typed(&typed).as_ref() == Some(&code), "{typed:?}");
        }
        for wrong in ["", "abcd-efgh-jkpq-rst", "abcd-efgh-jkpq-rstuv", "abcd-efgh-jkpq-rstm"] {
            assert_eq!(RecoveryCode::typed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_holds_at_least_64_bits() {
        let codes = (symbols::ALPHABET.len() as u128).pow(u32::try_from(RecoveryCode::SYMBOLS).unwrap());
        assert!(codes >= 1 << 64, "{codes}");
        assert_eq!(codes.ilog2(), 79);
    }
}
