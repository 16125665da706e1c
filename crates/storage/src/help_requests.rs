//! Refusals that owners asked the administrators about.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, SignInEventId};

use crate::Result;

/// Reading them.
#[async_trait]
pub trait HelpRequestsRead {
    /// When the owner of an account asked about a refusal.
    async fn help_request(&mut self, account: AccountId, event: SignInEventId) -> Result<Option<Timestamp>>;

    /// How often the owner of an account asked since a moment.
    async fn help_request_count(&mut self, account: AccountId, since: Timestamp) -> Result<u64>;
}

/// Writing them.
#[async_trait]
pub trait HelpRequestsWrite: HelpRequestsRead {
    /// Notes that the owner of an account asked about a refusal. False: they did before.
    async fn insert_help_request(
        &mut self,
        account: AccountId,
        event: SignInEventId,
        now: Timestamp,
    ) -> Result<bool>;
}
