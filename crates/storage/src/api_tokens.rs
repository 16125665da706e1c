//! API tokens, service principals and their access tokens: of the texts only keyed hashes are stored.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::api_token::{ApiToken, Scopes, ServicePrincipal, TokenUse};
use postern_domain::id::{AccountId, ApiTokenId, ServicePrincipalId};

use crate::{PrincipalPlace, Result, TokenHash};

/// An access token that was issued to a service principal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessToken {
    /// Its text's hash.
    pub token: TokenHash,
    /// To whom.
    pub principal: ServicePrincipalId,
    /// What it was asked for; what the principal may no more counts for nothing.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Which API tokens a list shows.
#[derive(Clone, Debug, Default)]
pub struct ApiTokenFilter {
    /// Only those of this account.
    pub account: Option<AccountId>,
    /// Only those made before this one (for the next page).
    pub before: Option<ApiTokenId>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// Reading tokens and principals.
#[async_trait]
pub trait ApiTokensRead {
    /// The API token whose text has that hash.
    async fn api_token_by_hash(&mut self, token: &TokenHash) -> Result<Option<ApiToken>>;

    /// The API token of that id.
    async fn api_token(&mut self, id: ApiTokenId) -> Result<Option<ApiToken>>;

    /// The API tokens that `filter` names with their owners' names, newest first, revoked ones too.
    async fn api_tokens(&mut self, filter: &ApiTokenFilter) -> Result<Vec<(ApiToken, AccountName)>>;

    /// How many of an account's tokens are neither revoked nor expired at `now`.
    async fn live_api_token_count(&mut self, account: AccountId, now: Timestamp) -> Result<u64>;

    /// The service principal of that id, with the hash of its secret.
    async fn service_principal(
        &mut self,
        id: ServicePrincipalId,
    ) -> Result<Option<(ServicePrincipal, TokenHash)>>;

    /// Service principals, sorted by name, revoked ones too: at most `limit` after `after`.
    async fn service_principals(
        &mut self,
        after: Option<&PrincipalPlace>,
        limit: u32,
    ) -> Result<Vec<ServicePrincipal>>;

    /// The access token whose text has that hash.
    async fn access_token(&mut self, token: &TokenHash) -> Result<Option<AccessToken>>;
}

/// Writing tokens and principals.
#[async_trait]
pub trait ApiTokensWrite: ApiTokensRead {
    /// Adds an API token.
    async fn insert_api_token(&mut self, token: &ApiToken, hash: &TokenHash) -> Result<()>;

    /// Writes that an API token was revoked.
    async fn revoke_api_token(&mut self, token: &ApiToken) -> Result<()>;

    /// Writes the last use of an API token. One that is not there changes nothing.
    async fn use_api_token(&mut self, id: ApiTokenId, last_use: TokenUse) -> Result<()>;

    /// Adds a service principal.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] `service principal name` when a live one has its name.
    async fn insert_service_principal(
        &mut self,
        principal: &ServicePrincipal,
        secret: &TokenHash,
    ) -> Result<()>;

    /// Writes everything about a service principal that is there; a new secret where one is given.
    async fn update_service_principal(
        &mut self,
        principal: &ServicePrincipal,
        secret: Option<&TokenHash>,
    ) -> Result<()>;

    /// Adds an access token, and clears away those that ended before `now`.
    async fn insert_access_token(&mut self, token: &AccessToken, now: Timestamp) -> Result<()>;

    /// Ends the access tokens of a service principal. Gives how many.
    async fn delete_access_tokens_of(&mut self, principal: ServicePrincipalId) -> Result<u64>;
}
