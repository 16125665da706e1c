//! Links between people at outside identity providers and accounts, and sign-ins there that are under way.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, OutsideIdentityId, PortalSessionId};
use postern_domain::outside_identity::{OutsideIdentity, Subject};

use crate::{Result, Sealed, TokenHash};

/// A sign-in at an outside identity provider that is under way in somebody's browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutsideRequest {
    /// Hash of its `state`, by which the answer is known.
    pub state: TokenHash,
    /// Hash of what the browser that began it keeps in a cookie; only that browser may finish it.
    pub browser: TokenHash,
    /// The provider that was asked. An answer of another one is none.
    pub provider: String,
    /// What for.
    pub purpose: OutsidePurpose,
    /// What the answer needs (RFC 7636 4.1).
    pub verifier: Sealed,
    /// Where the browser goes afterwards: a path of the portal.
    pub next: String,
    /// When it was begun.
    pub asked_at: Timestamp,
    /// When it is too late.
    pub expires_at: Timestamp,
}

/// What somebody was sent to an outside identity provider for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutsidePurpose {
    /// To sign in.
    SignIn,
    /// To link who they are there to the account of this session.
    Link(PortalSessionId),
    /// To show that the one at this session is still the same person (step-up).
    StepUp(PortalSessionId),
}

/// Reading them.
#[async_trait]
pub trait OutsideIdentitiesRead {
    /// The link of somebody at a provider. Both are compared octet by octet.
    async fn outside_identity(&mut self, issuer: &str, subject: &Subject) -> Result<Option<OutsideIdentity>>;

    /// The account's links, oldest first.
    async fn outside_identities_of(&mut self, account: AccountId) -> Result<Vec<OutsideIdentity>>;
}

/// Writing them.
#[async_trait]
pub trait OutsideIdentitiesWrite: OutsideIdentitiesRead {
    /// Adds a link.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] (`outside identity`) when there is one of the same issuer and subject, whosever.
    async fn insert_outside_identity(&mut self, identity: &OutsideIdentity) -> Result<()>;

    /// Writes that somebody signed in with a link.
    async fn note_outside_identity_used(&mut self, id: OutsideIdentityId, at: Timestamp) -> Result<()>;

    /// Deletes one of the account's links. False when it has none of that identifier.
    async fn delete_outside_identity(&mut self, account: AccountId, id: OutsideIdentityId) -> Result<bool>;

    /// Deletes all links of an account. Gives how many.
    async fn delete_outside_identities_of(&mut self, account: AccountId) -> Result<u64>;

    /// Stores a request.
    async fn insert_outside_request(&mut self, request: &OutsideRequest) -> Result<()>;

    /// Takes a request out, once: of any number of answers with the same `state`, one gets it. Only the browser that
    /// began it does.
    async fn take_outside_request(
        &mut self,
        state: &TokenHash,
        browser: &TokenHash,
    ) -> Result<Option<OutsideRequest>>;

    /// Deletes the requests that are too late at `now`.
    async fn delete_stale_outside_requests(&mut self, now: Timestamp) -> Result<u64>;

    /// Notes that a token by which a provider ends sessions was used. False when it was used before.
    async fn spend_logout_token(&mut self, token: &TokenHash, expires_at: Timestamp) -> Result<bool>;

    /// Forgets the used tokens that are no good any more at `now`.
    async fn delete_stale_logout_tokens(&mut self, now: Timestamp) -> Result<u64>;
}
