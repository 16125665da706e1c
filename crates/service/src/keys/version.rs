//! The keys of one version: one for each purpose, derived from the master key by HMAC-SHA-256 with a label, so that what
//! is learnt of one tells nothing of another (the expand step of HKDF, RFC 5869 2.3, with a single block).

use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use hmac::{Hmac, Mac};
use postern_domain::id::AccountId;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_storage::{CodeSubject, Locator, RecoveryCodeHash, SentCodeHash, TokenHash};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::file::Master;

/// A keyed hash with its key already worked in: cloning it is cheaper than keying it anew on each sign-in.
pub(super) type Keyed = Hmac<Sha256>;

/// The keys of one version. All of their types wipe themselves on drop.
pub(super) struct VersionKeys {
    pub(super) version: u32,
    locator: Keyed,
    verifier: Keyed,
    slow_account: Keyed,
    slow_secret: Keyed,
    recovery_code: Keyed,
    sent_code: Keyed,
    bearer: Keyed,
    request: Keyed,
    pub(super) tag: Keyed,
    pub(super) encryption: XChaCha20Poly1305,
    pub(super) check: [u8; 16],
}

impl VersionKeys {
    pub(super) fn derive(version: u32, master: &Master) -> Self {
        let keyed_by = |label: &str| keyed(&*derived(master, label));
        Self {
            version,
            locator: keyed_by("postern app-password locator"),
            verifier: keyed_by("postern app-password verifier"),
            slow_account: keyed_by("postern slow locator, account"),
            slow_secret: keyed_by("postern slow locator, secret"),
            recovery_code: keyed_by("postern recovery code"),
            sent_code: keyed_by("postern sent code"),
            bearer: keyed_by("postern bearer token"),
            request: keyed_by("postern request at the API"),
            tag: keyed_by("postern wrong-secret tag"),
            encryption: XChaCha20Poly1305::new_from_slice(&*derived(master, "postern encryption at rest"))
                .expect("the key has the cipher's length"),
            check: cut(&derived(master, "postern key check")),
        }
    }

    pub(super) fn locator(&self, canonical: &str) -> Locator {
        Locator(cut(&hash(&self.locator, [canonical.as_bytes()])))
    }

    pub(super) fn slow_locator(&self, account: AccountId, canonical: &str) -> Locator {
        let mut locator: [u8; 16] = cut(&hash(&self.slow_account, [account.as_bytes().as_slice()]));
        let secret = hash(&self.slow_secret, [account.as_bytes().as_slice(), canonical.as_bytes()]);
        locator[14..].copy_from_slice(&secret[..2]);
        Locator(locator)
    }

    pub(super) fn verifier_hash(&self, salt: &[u8; 16], canonical: &str) -> [u8; 32] {
        hash(&self.verifier, [salt.as_slice(), canonical.as_bytes()])
    }

    pub(super) fn bearer_hash(&self, text: &str) -> TokenHash {
        TokenHash(hash(&self.bearer, [text.as_bytes()]))
    }

    /// Each part with its length before it.
    pub(super) fn request_hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.request.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    pub(super) fn recovery_code_hash(&self, account: AccountId, code: &RecoveryCode) -> RecoveryCodeHash {
        let parts = [account.as_bytes().as_slice(), code.expose_canonical().as_bytes()];
        RecoveryCodeHash(hash(&self.recovery_code, parts))
    }

    pub(super) fn sent_code_hash(
        &self,
        account: AccountId,
        subject: CodeSubject,
        code: &str,
    ) -> SentCodeHash {
        let parts = [account.as_bytes().as_slice(), &subject.0, code.as_bytes()];
        SentCodeHash(hash(&self.sent_code, parts))
    }
}

fn keyed(key: &[u8]) -> Keyed {
    Keyed::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn derived(master: &Master, label: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(hash(&keyed(master.as_slice()), [label.as_bytes(), &[1]]))
}

/// The parts but the last have a fixed length, so that no two lists of parts run together.
fn hash<const N: usize>(key: &Keyed, parts: [&[u8]; N]) -> [u8; 32] {
    let mut mac = key.clone();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn cut(hash: &[u8; 32]) -> [u8; 16] {
    let mut cut = [0; 16];
    cut.copy_from_slice(&hash[..16]);
    cut
}
