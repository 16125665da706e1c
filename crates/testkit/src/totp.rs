//! An authenticator app: the codes of a key as a person types it.

use postern_domain::Timestamp;
use postern_domain::mfa::totp::{TotpSecret, TotpStep};

/// The code that an authenticator app shows at `now` for a typed key (Base32, RFC 4648 6; spaces are ignored).
///
/// # Panics
/// When the key is none of 160 bits.
#[must_use]
pub fn totp_code(typed_key: &str, now: Timestamp) -> String {
    let mut bits = typed_key.chars().filter(|c| !c.is_whitespace() && *c != '=').flat_map(|c| {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c.to_ascii_uppercase()).expect("a Base32 letter");
        (0..5).rev().map(move |bit| value >> bit & 1 == 1)
    });
    let secret: [u8; 20] = std::array::from_fn(|_| {
        (0..8).fold(0, |byte, _| byte << 1 | u8::from(bits.next().expect("160 bits")))
    });
    TotpSecret::from_bytes(secret).code_at(TotpStep::at(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_key_that_the_domain_shows() {
        let secret = TotpSecret::from_bytes(*b"12345678901234567890");
        let now = Timestamp::from_millis(59_000);
        assert_eq!(totp_code(&secret.typed_key(), now), secret.code_at(TotpStep::at(now)));
        assert_eq!(totp_code("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", now), "287082");
    }
}
