//! Authentication methods and recovery codes.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::AuthenticationMethod;
use postern_domain::mfa::totp::TotpStep;

use crate::Result;

/// Bytes that are encrypted under a versioned key; the database never sees the plain ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// Version of the key.
    pub key_version: u32,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

/// An authenticator app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TotpRecord {
    /// The method.
    pub method: AuthenticationMethod,
    /// Its secret.
    pub secret: Sealed,
    /// The last step that was accepted.
    pub last_step: Option<TotpStep>,
}

/// SHA-256 of a recovery code, keyed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecoveryCodeHash(pub [u8; 32]);

impl std::fmt::Debug for RecoveryCodeHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCodeHash")
    }
}

/// Reading authentication methods.
#[async_trait]
pub trait MethodsRead {
    /// The account's methods, oldest first.
    async fn methods_of(&mut self, account: AccountId) -> Result<Vec<AuthenticationMethod>>;

    /// The account's authenticator apps.
    async fn totp_of(&mut self, account: AccountId) -> Result<Vec<TotpRecord>>;

    /// How many recovery codes are left.
    async fn recovery_codes_left(&mut self, account: AccountId) -> Result<u32>;
}

/// Writing authentication methods.
#[async_trait]
pub trait MethodsWrite: MethodsRead {
    /// Registers an authenticator app.
    async fn insert_totp(&mut self, account: AccountId, record: &TotpRecord) -> Result<()>;

    /// Deletes a method. False when it was not there.
    async fn delete_method(&mut self, account: AccountId, method: MethodId) -> Result<bool>;

    /// Accepts a step, once: one conditional update, so that of any number of attempts with the same code, on any
    /// node, exactly one is accepted. True for that one.
    async fn accept_totp_step(&mut self, method: MethodId, step: TotpStep, now: Timestamp) -> Result<bool>;

    /// Puts a new set of recovery codes in the place of the old.
    async fn replace_recovery_codes(&mut self, account: AccountId, codes: &[RecoveryCodeHash]) -> Result<()>;

    /// Uses a recovery code up. True when it was there and unused.
    async fn use_recovery_code(
        &mut self,
        account: AccountId,
        code: &RecoveryCodeHash,
        now: Timestamp,
    ) -> Result<bool>;
}
