//! Encryption at rest: XChaCha20-Poly1305 under a versioned key, with associated data that says what the value is and
//! whose, so that a value cannot be moved to another row or another use.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};
use postern_domain::Random;
use postern_storage::{Sealed, TokenHash};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::KeyRing;
use crate::Failure;

/// Length of XChaCha20's nonce: long enough to be random.
const NONCE: usize = 24;

/// Longest sealed text that is opened, in octets.
const LONGEST_TEXT: usize = 8 * 1024;

impl KeyRing {
    /// As [`Self::seal`], as a text that a browser carries.
    pub(crate) fn seal_text(&self, plain: &[u8], bound_to: &[u8], random: &dyn Random) -> String {
        let sealed = self.seal(plain, bound_to, random);
        BASE64URL.encode([sealed.key_version.to_be_bytes().as_slice(), &sealed.bytes].concat())
    }

    /// What [`Self::seal_text`] sealed, with a hash by which the text is known again; none when it is anything else.
    pub(crate) fn open_text(&self, text: &str, bound_to: &[u8]) -> Option<(Zeroizing<Vec<u8>>, TokenHash)> {
        let text = Some(text).filter(|text| text.len() <= LONGEST_TEXT)?;
        let whole = BASE64URL.decode(text).ok()?;
        let (version, bytes) = whole.split_first_chunk()?;
        let sealed = Sealed { key_version: u32::from_be_bytes(*version), bytes: bytes.to_vec() };
        let plain = self.open(&sealed, bound_to).ok()?;
        Some((plain, TokenHash(Sha256::digest(&whole).into())))
    }

    /// Encrypts `plain` under the newest key, bound to `bound_to`.
    pub(crate) fn seal(&self, plain: &[u8], bound_to: &[u8], random: &dyn Random) -> Sealed {
        let keys = self.newest();
        let nonce = postern_domain::random::bytes::<NONCE>(random);
        let payload = Payload { msg: plain, aad: bound_to };
        let ciphertext = keys.encryption.encrypt(&XNonce::from(nonce), payload);
        let ciphertext = ciphertext.expect("a value at rest is far shorter than the cipher's limit");
        Sealed { key_version: keys.version, bytes: [nonce.as_slice(), &ciphertext].concat() }
    }

    /// Decrypts what [`Self::seal`] made with the same `bound_to`.
    ///
    /// # Errors
    /// [`Failure::MissingKey`], [`Failure::Unsealable`].
    pub(crate) fn open(&self, sealed: &Sealed, bound_to: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let unsealable = Failure::Unsealable { version: sealed.key_version };
        let keys = self.of_version(sealed.key_version)?;
        let Some((nonce, ciphertext)) = sealed.bytes.split_first_chunk::<NONCE>() else {
            return Err(unsealable);
        };
        let payload = Payload { msg: ciphertext, aad: bound_to };
        keys.encryption.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| unsealable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRandom;

    #[test]
    fn a_text_is_one_text_and_opens_where_it_belongs() {
        let random = TestRandom::seeded(1);
        let keys = KeyRing::ephemeral(&random);
        let text = keys.seal_text(b"asked", b"browser 1", &random);
        let (plain, hash) = keys.open_text(&text, b"browser 1").unwrap();
        assert_eq!(plain.as_slice(), b"asked");
        assert_eq!(keys.open_text(&text, b"browser 1").unwrap().1, hash);
        assert_ne!(
            keys.open_text(&keys.seal_text(b"asked", b"browser 1", &random), b"browser 1").unwrap().1,
            hash
        );
        let whole = BASE64URL.decode(&text).unwrap();
        let changed = (0..whole.len()).map(|place| {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            BASE64URL.encode(changed)
        });
        let others = ["", "x", "AAAA", "AAAAAQ", &format!("{text}="), &format!("{text}A"), &"A".repeat(9000)];
        for other in changed.chain(others.map(str::to_owned)) {
            assert!(keys.open_text(&other, b"browser 1").is_none(), "{other}");
        }
        assert!(keys.open_text(&text, b"browser 2").is_none());
    }

    #[test]
    fn a_value_opens_where_it_belongs_and_nowhere_else() {
        let random = TestRandom::seeded(1);
        let keys = KeyRing::ephemeral(&random);
        let sealed = keys.seal(b"seed", b"account 1", &random);
        assert_eq!(keys.open(&sealed, b"account 1").unwrap().as_slice(), b"seed");
        assert!(matches!(keys.open(&sealed, b"account 2"), Err(Failure::Unsealable { version: 1 })));

        let mut changed = sealed.clone();
        *changed.bytes.last_mut().unwrap() ^= 1;
        assert!(matches!(keys.open(&changed, b"account 1"), Err(Failure::Unsealable { version: 1 })));
        let cut = Sealed { key_version: 1, bytes: sealed.bytes[..10].to_vec() };
        assert!(matches!(keys.open(&cut, b"account 1"), Err(Failure::Unsealable { version: 1 })));
        let newer = Sealed { key_version: 2, ..sealed.clone() };
        assert!(matches!(keys.open(&newer, b"account 1"), Err(Failure::MissingKey { version: 2 })));
        assert!(KeyRing::ephemeral(&random).open(&sealed, b"account 1").is_err());
    }
}
