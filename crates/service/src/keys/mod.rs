//! The key file: keys for app-password hashes and for what is encrypted at rest. It lives outside the database.
//!
//! Each version is one random master key of 256 bits; a key for each purpose is derived from it (module `version`). The
//! newest version makes new hashes and ciphertexts, every version goes on checking and opening old ones.

mod file;
mod sealing;
mod version;

use std::path::{Path, PathBuf};

use hmac::Mac;
use postern_domain::Random;
use postern_domain::api_token::BearerText;
use postern_domain::app_password::AppPasswordSecret;
use postern_domain::id::AccountId;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_storage::{CodeSubject, FastVerifier, Locator, RecoveryCodeHash, SentCodeHash, TokenHash};
use subtle::ConstantTimeEq;

use crate::Failure;
use version::VersionKeys;

/// The keys, by version. Wiped on drop, never shown.
pub struct KeyRing {
    /// Ascending by version, never empty, at most [`KeyRing::MOST_VERSIONS`].
    versions: Vec<VersionKeys>,
    /// The file in which they stand.
    file: Option<PathBuf>,
}

/// Why a key file cannot be used. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Others than its owner can read it.
    #[error(
        "{path}: others can read it (mode {mode:o}); it holds the keys of every app password: run `chmod 600 {path}`"
    )]
    TooOpen {
        /// The file.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// It is no key file.
    #[error("{path}, line {line}: {what}")]
    Malformed {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It has as many versions as it may, so that no other can be added.
    #[error(
        "{path}: it has {most} keys, which is the most; remove the oldest one that no secret needs any more"
    )]
    TooMany {
        /// The file.
        path: String,
        /// The most.
        most: usize,
    },
}

/// The locators of one secret, one for each key version, newest first. On the stack: the hot path makes them.
pub(crate) struct Locators {
    list: [Locator; KeyRing::MOST_VERSIONS],
    count: usize,
}

impl Locators {
    pub(crate) fn as_slice(&self) -> &[Locator] {
        &self.list[..self.count]
    }
}

impl KeyRing {
    /// Most versions in a key file: a lookup carries one locator for each.
    pub const MOST_VERSIONS: usize = 8;

    /// Reads the key file; makes one with a fresh key of version 1, mode 0600, when there is none and `create` is true.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn load_or_create(path: &Path, create: bool, random: &dyn Random) -> Result<Self, KeyFileError> {
        match file::load(path) {
            Err(KeyFileError::Io { source, .. })
                if create && source.kind() == std::io::ErrorKind::NotFound =>
            {
                file::create(path, random)?;
                file::load(path)
            }
            loaded => loaded,
        }
        .map(|masters| Self::from_masters(&masters, Some(path.to_owned())))
    }

    /// What the file holds now; none when the keys stand in no file. A small file, read at once.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub(crate) fn read_again(&self) -> Result<Option<Self>, KeyFileError> {
        let Some(path) = &self.file else { return Ok(None) };
        file::load(path).map(|masters| Some(Self::from_masters(&masters, Some(path.clone()))))
    }

    /// Whether every key of `other` is among these.
    pub(crate) fn holds_all_of(&self, other: &Self) -> bool {
        other.checks().all(|known| self.checks().any(|held| held == known))
    }

    /// Fresh keys that stand in no file, for tests and the demo.
    #[must_use]
    pub fn ephemeral(random: &dyn Random) -> Self {
        Self::from_masters(&[(1, file::fresh_master(random))], None)
    }

    /// Adds a new version to the file, written atomically; new secrets use it, old ones go on working. Those who run on
    /// the file learn of it by [`Service::reread_keys`](crate::Service::reread_keys).
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn rotate(path: &Path, random: &dyn Random) -> Result<u32, KeyFileError> {
        file::add_version(path, random)
    }

    fn from_masters(masters: &[(u32, file::Master)], file: Option<PathBuf>) -> Self {
        let versions =
            masters.iter().map(|(version, master)| VersionKeys::derive(*version, master)).collect();
        Self { versions, file }
    }

    fn newest(&self) -> &VersionKeys {
        self.versions.last().expect("a key ring has at least one version")
    }

    fn of_version(&self, version: u32) -> Result<&VersionKeys, Failure> {
        let found = self.versions.iter().find(|keys| keys.version == version);
        found.ok_or(Failure::MissingKey { version })
    }

    fn locators_by(&self, locator: impl Fn(&VersionKeys) -> Locator) -> Locators {
        let mut locators = Locators { list: [Locator([0; 16]); Self::MOST_VERSIONS], count: 0 };
        for (slot, keys) in locators.list.iter_mut().zip(self.versions.iter().rev()) {
            *slot = locator(keys);
            locators.count += 1;
        }
        locators
    }

    /// What a secret under a fast hash is found by.
    pub(crate) fn locators(&self, canonical: &str) -> Locators {
        self.locators_by(|keys| keys.locator(canonical))
    }

    /// What a secret under Argon2id is found by: 112 bits that name the account and tell nothing of the secret, and 16
    /// bits of the secret, too few to guess it by.
    pub(crate) fn slow_locators(&self, account: AccountId, canonical: &str) -> Locators {
        self.locators_by(|keys| keys.slow_locator(account, canonical))
    }

    /// The locator of a new secret under a fast hash.
    pub(crate) fn new_locator(&self, canonical: &str) -> Locator {
        self.newest().locator(canonical)
    }

    /// The locator of a new secret under Argon2id.
    pub(crate) fn new_slow_locator(&self, account: AccountId, canonical: &str) -> Locator {
        self.newest().slow_locator(account, canonical)
    }

    /// The verifier of a new secret under a fast hash.
    pub(crate) fn new_verifier(&self, canonical: &str, salt: [u8; 16]) -> FastVerifier {
        let keys = self.newest();
        FastVerifier { key_version: keys.version, salt, hash: keys.verifier_hash(&salt, canonical) }
    }

    /// What is stored of a fresh secret under a fast hash; none when its profile does not allow one. Public because a
    /// database is not filled by the hundred thousand (for a benchmark, by an import) with one deed for each.
    #[must_use]
    pub fn protect(
        &self,
        secret: &AppPasswordSecret,
        random: &dyn Random,
    ) -> Option<(Locator, FastVerifier)> {
        let canonical = secret.profile().allows_fast_hash().then(|| secret.expose_canonical())?;
        let salt = postern_domain::random::bytes(random);
        Some((self.new_locator(canonical), self.new_verifier(canonical, salt)))
    }

    /// Whether `verifier` is of this secret. Takes the same time whatever comes of it.
    ///
    /// # Errors
    /// [`Failure::MissingKey`].
    pub(crate) fn verify(&self, verifier: &FastVerifier, canonical: &str) -> Result<bool, Failure> {
        let hash = self.of_version(verifier.key_version)?.verifier_hash(&verifier.salt, canonical);
        Ok(hash.ct_eq(&verifier.hash).into())
    }

    /// Spends the time of [`Self::verify`] on a secret for which nothing was found.
    pub(crate) fn verify_nothing(&self, canonical: &str) {
        let hash = self.newest().verifier_hash(&[0; 16], canonical);
        std::hint::black_box(bool::from(hash.ct_eq(&[0; 32])));
    }

    /// Whether a stored verifier was made with an older key than the newest.
    pub(crate) fn is_of_old_version(&self, verifier: &FastVerifier) -> bool {
        verifier.key_version != self.newest().version
    }

    /// A tag by which the same wrong secret for the same name is recognised. 64 keyed bits.
    pub(crate) fn tag(&self, name: &str, secret: &[u8]) -> u64 {
        let mut mac = self.newest().tag.clone();
        mac.update(&(name.len() as u64).to_be_bytes());
        mac.update(name.as_bytes());
        mac.update(secret);
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        bytes.into_iter().take(8).fold(0, |tag, byte| tag << 8 | u64::from(byte))
    }

    /// The hash of a new recovery code.
    pub(crate) fn new_recovery_code_hash(&self, account: AccountId, code: &RecoveryCode) -> RecoveryCodeHash {
        self.newest().recovery_code_hash(account, code)
    }

    /// The hashes that a stored recovery code may have, one for each key version, newest first.
    pub(crate) fn recovery_code_hashes(
        &self,
        account: AccountId,
        code: &RecoveryCode,
    ) -> impl Iterator<Item = RecoveryCodeHash> {
        self.versions.iter().rev().map(move |keys| keys.recovery_code_hash(account, code))
    }

    /// The hash of a new token or client secret.
    pub(crate) fn new_bearer_hash(&self, text: &BearerText) -> TokenHash {
        self.newest().bearer_hash(text.expose())
    }

    /// The hashes that a stored token or client secret may have, one for each key version, newest first.
    pub(crate) fn bearer_hashes(&self, text: &BearerText) -> impl Iterator<Item = TokenHash> {
        self.versions.iter().rev().map(move |keys| keys.bearer_hash(text.expose()))
    }

    /// The hash of a code that is about to be sent. Who has the hash of six digits guesses them at once: only the key keeps
    /// them.
    pub(crate) fn new_sent_code_hash(
        &self,
        account: AccountId,
        subject: CodeSubject,
        code: &str,
    ) -> SentCodeHash {
        self.newest().sent_code_hash(account, subject, code)
    }

    /// The hashes that a code that was sent may have, one for each key version, newest first.
    pub(crate) fn sent_code_hashes(
        &self,
        account: AccountId,
        subject: CodeSubject,
        code: &str,
    ) -> impl Iterator<Item = SentCodeHash> {
        self.versions.iter().rev().map(move |keys| keys.sent_code_hash(account, subject, code))
    }

    /// The hash of a new request: keyed, because a body may hold a password that could be guessed.
    pub(crate) fn new_request_hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.newest().request_hash(parts)
    }

    /// The hashes that a stored request may have, one for each key version, newest first.
    pub(crate) fn request_hashes<'r>(&'r self, parts: &'r [&'r [u8]]) -> impl Iterator<Item = [u8; 32]> + 'r {
        self.versions.iter().rev().map(move |keys| keys.request_hash(parts))
    }

    /// A keyed value for each version, by which a database knows the keys that belong to it. It reveals nothing.
    pub(crate) fn checks(&self) -> impl Iterator<Item = (u32, [u8; 16])> {
        self.versions.iter().map(|keys| (keys.version, keys.check))
    }
}

/// `KeyRing`, never a key.
impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing")
    }
}
