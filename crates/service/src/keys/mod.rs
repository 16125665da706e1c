//! The key file: keys for app-password hashes and for what is encrypted at rest. It lives outside the database.

use std::path::Path;

use postern_domain::Random;

/// The keys, by version. Wiped on drop, never shown.
pub struct KeyRing {}

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
}

impl KeyRing {
    /// Reads the key file; makes one with a fresh key of version 1, mode 0600, when there is none and `create` is true.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn load_or_create(_path: &Path, _create: bool, _random: &dyn Random) -> Result<Self, KeyFileError> {
        todo!()
    }

    /// Fresh keys that stand in no file, for tests and the demo.
    #[must_use]
    pub fn ephemeral(_random: &dyn Random) -> Self {
        todo!()
    }

    /// Adds a new version to the file, written atomically; new secrets use it, old ones go on working.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn rotate(_path: &Path, _random: &dyn Random) -> Result<u32, KeyFileError> {
        todo!()
    }
}

/// `KeyRing`, never a key.
impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing")
    }
}
