//! Codes that were sent in text and e-mail messages.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::AccountId;

use crate::{Result, Sealed};

/// Keyed SHA-256 of a code that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SentCodeHash(pub [u8; 32]);

impl std::fmt::Debug for SentCodeHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SentCodeHash")
    }
}

/// What a code was sent for: an account has at most one code for each at a time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CodeSubject(pub [u8; 16]);

/// A code that was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentCode {
    /// To whose owner.
    pub account: AccountId,
    /// What for: the method, or the session in which one is being registered.
    pub subject: CodeSubject,
    /// What it hashes to.
    pub hash: SentCodeHash,
    /// Where it was sent, while that is not registered yet.
    pub destination: Option<Sealed>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Reading codes that were sent.
#[async_trait]
pub trait SentCodesRead {
    /// When codes were sent to the account's owner after `since`, newest first.
    async fn code_sendings(&mut self, account: AccountId, since: Timestamp) -> Result<Vec<Timestamp>>;
}

/// Writing codes that were sent.
#[async_trait]
pub trait SentCodesWrite: SentCodesRead {
    /// Stores a code in the place of the one before, with no try used, and that it was sent now. What was sent more than a
    /// day ago is forgotten.
    async fn put_sent_code(&mut self, code: &SentCode, now: Timestamp) -> Result<()>;

    /// Takes back a code that could not be sent, and that it was.
    async fn take_back_sent_code(&mut self, code: &SentCode, sent_at: Timestamp) -> Result<()>;

    /// Counts a try. False when there is no code that is good, or it has had its `most` tries.
    async fn count_try(
        &mut self,
        account: AccountId,
        subject: CodeSubject,
        most: u32,
        now: Timestamp,
    ) -> Result<bool>;

    /// Uses a code up, and gives it: of any number of attempts, on any node, exactly one gets it. None when the code that
    /// was sent hashes otherwise, or has run out.
    async fn use_sent_code(
        &mut self,
        account: AccountId,
        subject: CodeSubject,
        hash: &SentCodeHash,
        now: Timestamp,
    ) -> Result<Option<SentCode>>;
}
