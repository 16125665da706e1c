//! The secret of an app password: its making, its canonical form, its check symbol.

use zeroize::Zeroizing;

use super::{Profile, check_symbol};
use crate::account::password::AccountPassword;
use crate::{Random, symbols};

/// Random symbols before the check symbol: 23 × log2 31 = 113.9 bits.
const RANDOM_SYMBOLS: usize = 23;

/// Symbols of a strong secret, with its check symbol.
const STRONG_SYMBOLS: usize = RANDOM_SYMBOLS + 1;

/// Letters of a short secret: 16 × log2 21 = 70.3 bits.
const SHORT_LETTERS: usize = 16;

/// What stands before a strong secret for a device that insists on capitals and digits.
const LEAD: &str = "P7";

/// A freshly made secret. It exists on creation and nowhere else; wiped on drop, never shown by `Debug`.
pub struct AppPasswordSecret {
    profile: Profile,
    canonical: Zeroizing<String>,
}

impl AppPasswordSecret {
    /// A fresh secret of `profile`, each random symbol chosen without bias (rejection sampling).
    #[must_use]
    pub fn generate(profile: Profile, random: &dyn Random) -> Self {
        let canonical = match profile {
            Profile::Standard | Profile::CapitalsAndDigits => {
                let mut canonical = symbols::draw(symbols::ALPHABET, RANDOM_SYMBOLS, random);
                let check = check_symbol::check_symbol(&canonical);
                canonical.push(check);
                canonical
            }
            Profile::SixteenLetters => symbols::draw(symbols::LETTERS, SHORT_LETTERS, random),
        };
        Self { profile, canonical }
    }

    /// Its profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The canonical form: what is hashed. Without the lead of [`Profile::CapitalsAndDigits`].
    #[must_use]
    pub fn expose_canonical(&self) -> &str {
        &self.canonical
    }

    /// The form that the copy button copies: one word without hyphens, with the lead of
    /// [`Profile::CapitalsAndDigits`].
    #[must_use]
    pub fn expose_ungrouped(&self) -> Zeroizing<String> {
        let mut ungrouped = Zeroizing::new(String::with_capacity(symbols::MOST));
        ungrouped.push_str(self.lead());
        ungrouped.push_str(&self.canonical);
        ungrouped
    }

    /// The form shown: groups of four with hyphens; the lead of [`Profile::CapitalsAndDigits`] is a group of its own.
    #[must_use]
    pub fn expose_grouped(&self) -> Zeroizing<String> {
        let groups = symbols::grouped(&self.canonical);
        match self.lead() {
            "" => groups,
            lead => Zeroizing::new([lead, "-", &groups].concat()),
        }
    }

    const fn lead(&self) -> &'static str {
        match self.profile {
            Profile::CapitalsAndDigits => LEAD,
            Profile::Standard | Profile::SixteenLetters => "",
        }
    }
}

/// `AppPasswordSecret`, never the secret.
impl std::fmt::Debug for AppPasswordSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppPasswordSecret")
    }
}

/// A secret as a client sent it, and what it may be. Wiped on drop.
///
/// Clients send people's typing: case, spaces, hyphens, Unicode dashes and line breaks are ignored, `o` counts as `0`,
/// `i` and `l` as `1`. Octets that are not UTF-8 are no app password.
pub struct TypedSecret {
    raw: Zeroizing<Vec<u8>>,
}

impl TypedSecret {
    /// Longest secret that is looked at, in octets: the longest account password takes that many. A longer one is
    /// wrong.
    pub const LONGEST: usize = 4 * AccountPassword::MOST_CHARACTERS;

    /// What the client sent.
    #[must_use]
    pub fn new(raw: &[u8]) -> Self {
        Self { raw: Zeroizing::new(raw.to_vec()) }
    }

    /// The bytes as sent, for the account password check.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.raw
    }

    /// The canonical form, when the secret has the form and a right check symbol of a profile that allows a fast hash.
    /// Such a secret is never tried as an account password, which no account password can be
    /// ([`AccountPassword::check`]).
    #[must_use]
    pub fn as_strong_app_password(&self) -> Option<Zeroizing<String>> {
        self.strong_form().filter(|canonical| check_symbol::holds(canonical))
    }

    /// Whether it is a strong app password with a typing error: it has the form, and its check symbol is wrong. It is
    /// never tried as an account password either, so that nothing of this form ever costs a slow hash.
    ///
    /// A strong secret without any digit is made once in 11,000 times, and words that happen to have 24 letters are
    /// typed more often; so only what has a digit counts.
    #[must_use]
    pub fn is_mistyped_app_password(&self) -> bool {
        self.raw.iter().any(u8::is_ascii_digit)
            && self.strong_form().is_some_and(|form| !check_symbol::holds(&form))
    }

    /// The canonical form, when it has the form of a profile that is stored with Argon2id. Such a secret may as well be
    /// an account password: the form has no check symbol.
    #[must_use]
    pub fn as_short_app_password(&self) -> Option<Zeroizing<String>> {
        let letters = |folded: &Zeroizing<String>| {
            folded.len() == SHORT_LETTERS && folded.bytes().all(|symbol| symbol.is_ascii_alphabetic())
        };
        self.folded().filter(letters)
    }

    /// The secret as an account password to be tried: none when it is not UTF-8, empty, too long to be one, or has the
    /// form of a strong app password, mistyped or not.
    #[must_use]
    pub fn as_account_password(&self) -> Option<AccountPassword> {
        let is_app_password = || self.as_strong_app_password().is_some() || self.is_mistyped_app_password();
        if self.raw.is_empty() || self.raw.len() > Self::LONGEST || is_app_password() {
            return None;
        }
        std::str::from_utf8(&self.raw).ok().map(AccountPassword::typed)
    }

    /// The canonical form, when it has that of a strong profile, whatever its check symbol.
    fn strong_form(&self) -> Option<Zeroizing<String>> {
        let mut folded = self.folded()?;
        if folded.len() == LEAD.len() + STRONG_SYMBOLS && folded[..LEAD.len()].eq_ignore_ascii_case(LEAD) {
            folded = Zeroizing::new(folded[LEAD.len()..].to_owned());
        }
        (folded.len() == STRONG_SYMBOLS).then_some(folded)
    }

    fn folded(&self) -> Option<Zeroizing<String>> {
        if self.raw.len() > Self::LONGEST {
            return None;
        }
        symbols::fold(&self.raw)
    }
}

/// `TypedSecret`, never the secret.
impl std::fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedSecret")
    }
}

#[cfg(test)]
mod tests;
