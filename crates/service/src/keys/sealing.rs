//! Encryption at rest: XChaCha20-Poly1305 under a versioned key, with associated data that says what the value is and
//! whose, so that a value cannot be moved to another row or another use.

use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};
use postern_domain::Random;
use postern_storage::Sealed;
use zeroize::Zeroizing;

use super::KeyRing;
use crate::Failure;

/// Length of XChaCha20's nonce: long enough to be random.
const NONCE: usize = 24;

impl KeyRing {
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
