//! The one-time link for the first administrator.

use async_trait::async_trait;
use postern_domain::Timestamp;

use crate::{Result, TokenHash};

/// Reading setup links.
#[async_trait]
pub trait SetupLinksRead {
    /// Whether the link with that token is there and good at `now`.
    async fn setup_link_is_good(&mut self, token: &TokenHash, now: Timestamp) -> Result<bool>;
}

/// Writing setup links.
#[async_trait]
pub trait SetupLinksWrite: SetupLinksRead {
    /// Puts a link in the place of any other.
    async fn replace_setup_link(&mut self, token: &TokenHash, expires_at: Timestamp) -> Result<()>;

    /// Uses the link up. True when it was there and good.
    async fn use_setup_link(&mut self, token: &TokenHash, now: Timestamp) -> Result<bool>;
}
