//! Ceremonies: what a browser was asked to sign with a passkey, until it answers.

use async_trait::async_trait;
use postern_domain::Timestamp;

use crate::{Result, Sealed, TokenHash};

/// A ceremony that was begun (WebAuthn 7.1 and 7.2). Any server may finish it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ceremony {
    /// The hash of the number by which the page names it.
    pub id: TokenHash,
    /// The hash of what it is bound to: the portal session, or the visitor before sign-in.
    pub browser: TokenHash,
    /// The challenge and what else was asked.
    pub state: Sealed,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// Writing ceremonies; they are never read but to be finished.
#[async_trait]
pub trait CeremoniesWrite {
    /// Stores a ceremony.
    async fn insert_ceremony(&mut self, ceremony: &Ceremony) -> Result<()>;

    /// Uses up the answer to a question that the browser carries itself, sealed, and that is not stored: of any number of
    /// attempts, on any node, exactly one gets true. It is remembered until `expires_at`.
    async fn use_up(&mut self, id: &TokenHash, expires_at: Timestamp) -> Result<bool>;

    /// Takes a ceremony away and gives it: of any number of attempts, on any node, exactly one gets it. None for another
    /// browser's, which stays. It may have run out.
    async fn take_ceremony(&mut self, id: &TokenHash, browser: &TokenHash) -> Result<Option<Ceremony>>;

    /// Deletes those that have run out, and what was used up and has run out since.
    async fn delete_stale_ceremonies(&mut self, now: Timestamp) -> Result<u64>;
}
