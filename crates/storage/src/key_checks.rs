//! Key checks: a keyed value for each key version, by which a database knows the key file that belongs to it.

use async_trait::async_trait;

use crate::Result;

/// A value that is derived from a key and reveals nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyCheck {
    /// The key's version.
    pub version: u32,
    /// The value.
    pub value: [u8; 16],
}

/// Reading key checks.
#[async_trait]
pub trait KeyChecksRead {
    /// All of them, by version.
    async fn key_checks(&mut self) -> Result<Vec<KeyCheck>>;
}

/// Writing key checks.
#[async_trait]
pub trait KeyChecksWrite: KeyChecksRead {
    /// Remembers the key of a version that is not remembered yet.
    async fn insert_key_check(&mut self, check: KeyCheck) -> Result<()>;
}
