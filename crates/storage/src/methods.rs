//! Authentication methods and recovery codes.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::totp::TotpStep;
use postern_domain::mfa::{AuthenticationMethod, MethodKind};
use postern_domain::setting::Allowed;

use crate::Result;

/// Bytes that are encrypted under a versioned key; the database never sees the plain ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// Version of the key.
    pub key_version: u32,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

/// A method with what verifies it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MethodRecord {
    /// The method.
    pub method: AuthenticationMethod,
    /// What verifies: the secret of an app, the public key of a passkey, a phone number, an address.
    pub secret: Sealed,
    /// The last step of an authenticator app that was accepted.
    pub last_step: Option<TotpStep>,
    /// What names a passkey. None for other kinds.
    pub credential: Option<PasskeyCredential>,
}

/// What names a passkey, and the last value of its signature counter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyCredential {
    /// Its credential identifier, at most 1023 bytes. No two methods have the same.
    pub id: Vec<u8>,
    /// The signature counter that it gave last; 0 for those that do not count (WebAuthn 6.1.1).
    pub counter: u32,
}

/// SHA-256 of a recovery code, keyed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecoveryCodeHash(pub [u8; 32]);

impl std::fmt::Debug for RecoveryCodeHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCodeHash")
    }
}

/// A kind of method that some may use no more after a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KindLost {
    /// The kind.
    pub kind: MethodKind,
    /// Who can use it by now.
    pub before: Allowed,
    /// Who can use it after the change.
    pub after: Allowed,
    /// The other kinds, each with who can use it, which the change leaves as it is.
    pub others: Vec<(MethodKind, Allowed)>,
}

/// Accounts that a change would leave without a method that they can use.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct LockedOut {
    /// How many, counted up to [`MOST_COUNTED`](crate::MOST_COUNTED) and one more, which stands for more than that.
    pub count: u64,
    /// The first of them by name.
    pub named: Vec<(AccountId, AccountName)>,
}

/// Reading authentication methods.
#[async_trait]
pub trait MethodsRead {
    /// The account's methods, oldest first.
    async fn methods_of(&mut self, account: AccountId) -> Result<Vec<AuthenticationMethod>>;

    /// The account's methods with what verifies them, oldest first.
    async fn method_records_of(&mut self, account: AccountId) -> Result<Vec<MethodRecord>>;

    /// The passkey with that credential identifier, and whose it is.
    async fn passkey(&mut self, credential: &[u8]) -> Result<Option<(AccountId, MethodRecord)>>;

    /// How many recovery codes are left.
    async fn recovery_codes_left(&mut self, account: AccountId) -> Result<u32>;

    /// The active accounts that have a method of a kind, can use it by now, cannot after a change, and have none of another
    /// kind that they can use; at most `named` of them by name. Whatever their MFA state: whoever has a method is asked
    /// for one, and is not let in without. Blocked accounts open nothing either way; recovery codes are no method.
    async fn locked_out_without(&mut self, lost: &KindLost, named: u32) -> Result<LockedOut>;
}

/// Writing authentication methods.
#[async_trait]
pub trait MethodsWrite: MethodsRead {
    /// Registers a method.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] of `passkey` when its credential identifier is taken.
    async fn insert_method(&mut self, account: AccountId, record: &MethodRecord) -> Result<()>;

    /// Gives a method another label. False when it was not there.
    async fn rename_method(&mut self, account: AccountId, method: MethodId, label: &str) -> Result<bool>;

    /// Deletes a method. False when it was not there.
    async fn delete_method(&mut self, account: AccountId, method: MethodId) -> Result<bool>;

    /// Accepts a step, once: one conditional update, so that of any number of attempts with the same code, on any
    /// node, exactly one is accepted. True for that one.
    async fn accept_totp_step(&mut self, method: MethodId, step: TotpStep, now: Timestamp) -> Result<bool>;

    /// Accepts a passkey's signature counter: one conditional update, so that of two devices with one key, on any node,
    /// the one that is behind is found out. True when it grew, or when the passkey has never counted and does not now.
    async fn accept_passkey_counter(
        &mut self,
        method: MethodId,
        counter: u32,
        now: Timestamp,
    ) -> Result<bool>;

    /// Writes that a method let its owner in.
    async fn use_method(&mut self, method: MethodId, now: Timestamp) -> Result<()>;

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
