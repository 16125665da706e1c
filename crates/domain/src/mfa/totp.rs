//! Time-based one-time codes (RFC 6238 over RFC 4226): SHA-1, six digits, steps of 30 seconds, as authenticator apps speak it.
//!
//! Written here in forty lines over `hmac` rather than taken from a library: `totp-rs` 6 takes a window that is the
//! same on both sides, so that it would accept the code of the coming step, and it stops at the first step that
//! matches, where ours looks at every step that it accepts in the same time.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{Random, Timestamp};

/// Digits in a code.
const DIGITS: usize = 6;

/// Seconds in a step (RFC 6238 4.1, X).
const STEP_SECONDS: i64 = 30;

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
        let base32 = self.base32();
        let mut key = Zeroizing::new(String::with_capacity(40));
        for (position, digit) in base32.chars().enumerate() {
            if position > 0 && position % 4 == 0 {
                key.push(' ');
            }
            key.push(digit);
        }
        key
    }

    /// The `otpauth://totp/…` address that the QR code holds. The parameters that every app takes for granted are
    /// written out all the same.
    #[must_use]
    pub fn otpauth_uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let issuer = percent_encoded(issuer);
        let account = percent_encoded(account);
        // Room from the start: a string that grows leaves its old buffer behind unwiped.
        let mut uri = Zeroizing::new(String::with_capacity(2 * issuer.len() + account.len() + 128));
        uri.push_str("otpauth://totp/");
        uri.extend([issuer.as_str(), ":", &account, "?secret=", &self.base32(), "&issuer=", &issuer]);
        uri.push_str(&format!("&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"));
        uri
    }

    /// The code at a step, for the demo and for tests.
    #[must_use]
    pub fn code_at(&self, step: TotpStep) -> String {
        code::<Hmac<Sha1>>(&*self.0, step.0.cast_unsigned(), DIGITS)
    }

    /// The step whose code `typed` is: the current one or the one before, and later than `last_accepted`.
    /// White space in `typed` is ignored; the comparison takes the same time for every code.
    ///
    /// A clock that was set back accepts nothing until it has passed `last_accepted` again.
    #[must_use]
    pub fn matching_step(
        &self,
        typed: &str,
        now: Timestamp,
        last_accepted: Option<TotpStep>,
    ) -> Option<TotpStep> {
        let typed: Zeroizing<String> = Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace()).collect());
        let TotpStep(current) = TotpStep::at(now);
        // Both are computed and compared, whatever comes of the first.
        let [now_matches, before_matches] = [current, current - 1].map(|step| {
            let code = Zeroizing::new(self.code_at(TotpStep(step)));
            bool::from(code.as_bytes().ct_eq(typed.as_bytes()))
        });
        let later = |step: &TotpStep| last_accepted.is_none_or(|last| *step > last);
        let matched = [(now_matches, current), (before_matches, current - 1)];
        matched.into_iter().filter(|(matches, _)| *matches).map(|(_, step)| TotpStep(step)).find(later)
    }

    fn base32(&self) -> Zeroizing<String> {
        const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        // 160 bits are four times 40 bits, which are eight digits each: no padding ever.
        let mut text = Zeroizing::new(String::with_capacity(32));
        for group in self.0.chunks_exact(5) {
            let bits = group.iter().fold(0_u64, |bits, octet| bits << 8 | u64::from(*octet));
            for shift in (0..8).rev() {
                let digit = (bits >> (5 * shift)) & 31;
                text.push(char::from(DIGITS[usize::try_from(digit).expect("five bits")]));
            }
        }
        text
    }
}

impl TotpStep {
    /// The step at a moment.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_seconds().div_euclid(STEP_SECONDS))
    }
}

/// HOTP (RFC 4226 5.3) with any hash, as RFC 6238 1.2 allows: HMAC, dynamic truncation, the last `digits` digits.
fn code<M: Mac + KeyInit>(key: &[u8], counter: u64, digits: usize) -> String {
    let mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    let hash = mac.chain_update(counter.to_be_bytes()).finalize().into_bytes();
    let offset = usize::from(hash[hash.len() - 1] & 15);
    let truncated = hash[offset..offset + 4].iter().fold(0_u32, |bits, octet| bits << 8 | u32::from(*octet))
        & 0x7fff_ffff;
    let all_digits = format!("{truncated:010}");
    all_digits[all_digits.len() - digits..].to_owned()
}

/// Everything but RFC 3986's unreserved characters in `%XX` form: authenticator apps differ in what else they take.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            encoded.push(char::from(octet));
        } else {
            write!(encoded, "%{octet:02X}").expect("writing to a string cannot fail");
        }
    }
    encoded
}

/// `TotpSecret`, never the secret.
impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret")
    }
}

#[cfg(test)]
mod tests;
