//! Time-based one-time codes (RFC 6238 over RFC 4226): SHA-1, six digits, steps of 30 seconds, as authenticator apps speak it.

use zeroize::Zeroizing;

use crate::{Random, Timestamp};

/// The shared secret of an authenticator app: 160 bits (RFC 4226 4, R6). Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<[u8; 20]>);

/// The number of a 30-second step since 1970 (RFC 6238 4.2, T).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TotpStep(pub i64);

impl TotpSecret {
    /// A fresh secret.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self(Zeroizing::new(crate::random::bytes(random)))
    }

    /// The secret that storage kept, after decryption.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for encryption.
    #[must_use]
    pub fn expose(&self) -> &[u8; 20] {
        &self.0
    }

    /// The key as its owner types it: Base32 (RFC 4648 6) without padding, groups of four.
    #[must_use]
    pub fn typed_key(&self) -> Zeroizing<String> {
        todo!()
    }

    /// The `otpauth://totp/…` address that the QR code holds.
    #[must_use]
    pub fn otpauth_uri(&self, _issuer: &str, _account: &str) -> Zeroizing<String> {
        todo!()
    }

    /// The code at a step, for the demo and for tests.
    #[must_use]
    pub fn code_at(&self, _step: TotpStep) -> String {
        todo!()
    }

    /// The step whose code `typed` is: the current one or the one before, and later than `last_accepted`.
    /// White space in `typed` is ignored; the comparison takes the same time for every code.
    #[must_use]
    pub fn matching_step(
        &self,
        _typed: &str,
        _now: Timestamp,
        _last_accepted: Option<TotpStep>,
    ) -> Option<TotpStep> {
        todo!()
    }
}

impl TotpStep {
    /// The step at a moment.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_seconds().div_euclid(30))
    }
}

/// `TotpSecret`, never the secret.
impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret")
    }
}
