//! Requests at the API that carry an idempotency key.

use async_trait::async_trait;
use postern_domain::Timestamp;

use crate::Result;

/// A request that carried an idempotency key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyedRequest {
    /// Who asked: an API token or a service principal.
    pub caller: [u8; 16],
    /// The key.
    pub key: String,
    /// A keyed hash of the request.
    pub request: [u8; 32],
    /// When it began.
    pub began_at: Timestamp,
    /// The answer, as the API writes it down; none while the request is worked on.
    pub answer: Option<String>,
}

/// Reading and writing them. They are needed in the order of both at once, so that there is one trait.
#[async_trait]
pub trait IdempotencyWrite: Send {
    /// The request of that caller with that key.
    async fn keyed_request(&mut self, caller: &[u8; 16], key: &str) -> Result<Option<KeyedRequest>>;

    /// Adds a request, and clears away those that began before `stale`.
    async fn insert_keyed_request(&mut self, request: &KeyedRequest, stale: Timestamp) -> Result<()>;

    /// Writes the answer to a request.
    async fn answer_keyed_request(&mut self, caller: &[u8; 16], key: &str, answer: &str) -> Result<()>;

    /// Forgets a request that came to nothing.
    async fn delete_keyed_request(&mut self, caller: &[u8; 16], key: &str) -> Result<()>;
}
