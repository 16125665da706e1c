//! What ends by itself before long, and of which ends somebody was told ahead.
//!
//! Each list holds what ends after `now` and not after `until`, of active accounts, of which
//! [`ExpiriesWrite::note_expiry_told`] was not called with that very end: at most `limit`, those that end first before the
//! others. So whoever notes what they tell gets the next ones by asking again, until there are none. An end that moves, as
//! by a renewal or a use, is another one.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::api_token::{ApiToken, ServicePrincipal};
use postern_domain::app_password::AppPassword;
use postern_domain::consent::Consent;
use postern_domain::id::{AccountId, ApiTokenId, AppPasswordId, ServicePrincipalId};

use crate::Result;

/// What ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExpiryOf {
    /// An app password, by its expiry.
    AppPassword(AppPasswordId),
    /// An app password, because it is not used.
    IdleAppPassword(AppPasswordId),
    /// An API token.
    ApiToken(ApiTokenId),
    /// The client secret of a service principal.
    ClientSecret(ServicePrincipalId),
    /// An account's consent at a provider, by the provider's name.
    Consent(AccountId, String),
}

/// Reading and noting what ends before long.
#[async_trait]
pub trait ExpiriesWrite: Send {
    /// App passwords that end by their expiry, and work until now: neither suspended, nor revoked, nor unused for too long.
    async fn app_passwords_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<AppPassword>>;

    /// App passwords that end because they are not used ([`AppPassword::idle_end`]), unless their expiry ends them before.
    /// Only those whose span is half over: of a span that is shorter than what `until` is ahead, every use would move an end
    /// that is near again. In the order of the day of that end.
    async fn app_passwords_about_to_lie_idle(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<AppPassword>>;

    /// API tokens that are not revoked. Only those whose life is half over, so that nobody is told of the end of a token
    /// that was made for a day.
    async fn api_tokens_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<ApiToken>>;

    /// Service principals that are not revoked, whose client secret ends.
    async fn client_secrets_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<ServicePrincipal>>;

    /// Consents that have not lapsed.
    async fn consents_about_to_expire(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Consent>>;

    /// Notes that somebody was told of an end at that moment.
    async fn note_expiry_told(&mut self, of: &ExpiryOf, ends_at: Timestamp) -> Result<()>;
}
