//! What Postern signs in with at the upstreams in an owner's name: consents with their refresh tokens, requests for a
//! consent that are under way, and mailbox passwords. All secrets are sealed.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::consent::Consent;
use postern_domain::id::{AccountId, PortalSessionId};

use crate::{ConsentPlace, Result, Sealed, TokenHash};

/// A consent with its refresh token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentRecord {
    /// What may be shown of it.
    pub consent: Consent,
    /// Counts the refresh tokens that were stored in this place, so that one that was replaced meanwhile is noticed. A
    /// consent that is given anew counts on.
    pub generation: u64,
    /// The refresh token; none for a consent that has lapsed.
    pub refresh_token: Option<Sealed>,
}

/// A request for a consent that is under way in somebody's browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentRequest {
    /// Hash of its `state`, by which the answer is known.
    pub state: TokenHash,
    /// Whose mailbox is to be connected.
    pub account: AccountId,
    /// The portal session that began it; only that one may finish it.
    pub session: PortalSessionId,
    /// The provider.
    pub provider: String,
    /// What the answer needs (RFC 7636 4.1).
    pub verifier: Sealed,
    /// When it is too late.
    pub expires_at: Timestamp,
}

/// A mailbox password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailboxPasswordRecord {
    /// Whose.
    pub account: AccountId,
    /// Where it is good.
    pub upstream: String,
    /// The password.
    pub secret: Sealed,
    /// When it was entered.
    pub set_at: Timestamp,
}

/// Who renews a token. A random number of each process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeaseHolder(pub [u8; 16]);

/// Reading them.
#[async_trait]
pub trait UpstreamCredentialsRead {
    /// An account's consent at a provider.
    async fn consent(&mut self, account: AccountId, provider: &str) -> Result<Option<ConsentRecord>>;

    /// The account's consents, by provider.
    async fn consents_of(&mut self, account: AccountId) -> Result<Vec<Consent>>;

    /// Every consent with its owner's user name, by account in the order in which these were made, then by provider: at most
    /// `limit` after `after`.
    async fn consents(
        &mut self,
        after: Option<&ConsentPlace>,
        limit: u32,
    ) -> Result<Vec<(AccountName, Consent)>>;

    /// Consents that have not lapsed, of active accounts, whose tokens were refreshed at `until` or before: those first that
    /// were refreshed longest ago, at most `limit` after the one that was refreshed then.
    async fn consents_refreshed_until(
        &mut self,
        until: Timestamp,
        after: Option<(Timestamp, &ConsentPlace)>,
        limit: u32,
    ) -> Result<Vec<Consent>>;

    /// The password that an account's owner entered for an upstream.
    async fn mailbox_password(
        &mut self,
        account: AccountId,
        upstream: &str,
    ) -> Result<Option<MailboxPasswordRecord>>;

    /// The account's mailbox passwords, by upstream.
    async fn mailbox_passwords_of(&mut self, account: AccountId) -> Result<Vec<MailboxPasswordRecord>>;
}

/// Writing them.
#[async_trait]
pub trait UpstreamCredentialsWrite: UpstreamCredentialsRead {
    /// Stores a consent in the place of one at the same provider.
    async fn put_consent(&mut self, record: &ConsentRecord) -> Result<()>;

    /// Deletes a consent. False when there was none.
    async fn delete_consent(&mut self, account: AccountId, provider: &str) -> Result<bool>;

    /// Takes the right to renew a consent's tokens until `until`. False while another has it. Who has it already keeps it.
    async fn take_refresh_lease(
        &mut self,
        account: AccountId,
        provider: &str,
        holder: LeaseHolder,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool>;

    /// Gives the right back, if `holder` still has it.
    async fn end_refresh_lease(
        &mut self,
        account: AccountId,
        provider: &str,
        holder: LeaseHolder,
    ) -> Result<()>;

    /// Stores a request.
    async fn insert_consent_request(&mut self, request: &ConsentRequest) -> Result<()>;

    /// Takes a request out, once: of any number of answers with the same `state`, one gets it. Only the session that
    /// began it does.
    async fn take_consent_request(
        &mut self,
        state: &TokenHash,
        session: PortalSessionId,
    ) -> Result<Option<ConsentRequest>>;

    /// Deletes the requests that are too late at `now`.
    async fn delete_stale_consent_requests(&mut self, now: Timestamp) -> Result<u64>;

    /// Stores a mailbox password in the place of one for the same upstream.
    async fn put_mailbox_password(&mut self, record: &MailboxPasswordRecord) -> Result<()>;

    /// Deletes a mailbox password. False when there was none.
    async fn delete_mailbox_password(&mut self, account: AccountId, upstream: &str) -> Result<bool>;

    /// Deletes everything here that an account has. Gives how many consents and passwords it had.
    async fn delete_upstream_credentials_of(&mut self, account: AccountId) -> Result<u64>;
}
