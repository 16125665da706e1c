//! The secret of an app password: its making, its canonical form, its check symbol.

use zeroize::Zeroizing;

use super::Profile;
use crate::Random;

/// A freshly made secret. It exists on creation and nowhere else; wiped on drop, never shown by `Debug`.
pub struct AppPasswordSecret {
    profile: Profile,
    canonical: Zeroizing<String>,
}

impl AppPasswordSecret {
    /// A fresh secret of `profile`, each random symbol chosen without bias (rejection sampling).
    #[must_use]
    pub fn generate(_profile: Profile, _random: &dyn Random) -> Self {
        todo!()
    }

    /// Its profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The canonical form: what is hashed, and what the copy button copies.
    #[must_use]
    pub fn expose_canonical(&self) -> &str {
        &self.canonical
    }

    /// The form shown: groups of four with hyphens.
    #[must_use]
    pub fn expose_grouped(&self) -> Zeroizing<String> {
        todo!()
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
/// Clients send people's typing: case, spaces, hyphens, Unicode dashes and surrounding line breaks are ignored, `o`
/// counts as `0`, `i` and `l` as `1`.
pub struct TypedSecret {
    raw: Zeroizing<Vec<u8>>,
}

impl TypedSecret {
    /// Longest secret that is looked at, in octets. A longer one is wrong.
    pub const LONGEST: usize = 1024;

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
    /// Such a secret is never tried as an account password.
    #[must_use]
    pub fn as_strong_app_password(&self) -> Option<Zeroizing<String>> {
        todo!()
    }

    /// The canonical form, when it has the form of a profile that is stored with Argon2id.
    #[must_use]
    pub fn as_short_app_password(&self) -> Option<Zeroizing<String>> {
        todo!()
    }
}

/// `TypedSecret`, never the secret.
impl std::fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedSecret")
    }
}
