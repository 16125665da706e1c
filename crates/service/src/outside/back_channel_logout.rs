//! A provider ends somebody's sessions here, because they signed out there or somebody ended theirs (OpenID Connect
//! Back-Channel Logout 1.0). Nobody signs in for it: the token is the proof.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::actor::Actor;
use postern_domain::audit::Operation;
use postern_storage::{PortalSession, StorageError, TokenHash, Transaction};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::id_token::{self, LONGEST};
use super::logout_token::{self, Logout, LogoutClaims};
use super::{IdentityProvider, OutsideTrouble, TokenFault};
use crate::account::record_of;
use crate::{Failure, Service};

/// Why nobody's session was ended.
#[derive(Debug, thiserror::Error)]
pub enum BackChannelLogoutError {
    /// The token does not hold.
    #[error("the logout token does not hold: {}", words(*.0))]
    Token(TokenFault),
    /// No provider of the name that the token gives is configured.
    #[error("the logout token is of no identity provider that is known here")]
    NoSuchProvider,
    /// It was used before.
    #[error("the logout token was used before")]
    Replayed,
    /// The provider's keys cannot be had.
    #[error("the identity provider cannot be asked for its keys now: {0}")]
    Unavailable(OutsideTrouble),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for BackChannelLogoutError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// A fault in words that do not speak of an identity token.
fn words(fault: TokenFault) -> String {
    fault.to_string().replace("its identity token", "it")
}

/// Who a token says that it is from, which nothing vouches for yet.
#[derive(Deserialize)]
struct Claimed {
    iss: String,
}

impl Service {
    /// Ends the portal sessions that a provider's logout token names: those of one of its own sessions (`sid`), or all of
    /// somebody (`sub`). Programs and their app passwords are no part of it. Gives how many ended; none is no error.
    ///
    /// # Errors
    /// [`BackChannelLogoutError`].
    pub async fn end_sessions_by_logout_token(&self, token: &str) -> Result<usize, BackChannelLogoutError> {
        let claimed = claimed_issuer(token).map_err(BackChannelLogoutError::Token)?;
        let provider = self.outside.of_issuer(&claimed).ok_or(BackChannelLogoutError::NoSuchProvider)?;
        let logout = self.verified_logout(provider, token).await?;
        let mut transaction = self.parts.store.begin().await?;
        transaction.delete_stale_logout_tokens(self.now()).await?;
        let name = spent_name(provider, &logout.name);
        if !transaction.spend_logout_token(&name, logout.over_at).await? {
            return Err(BackChannelLogoutError::Replayed);
        }
        let sessions = sessions_of(&mut *transaction, provider, &logout).await?;
        for session in &sessions {
            transaction.delete_portal_session(session.id).await?;
        }
        self.record_ended(&mut *transaction, provider, &logout, &sessions).await?;
        transaction.commit().await?;
        Ok(sessions.len())
    }

    async fn verified_logout(
        &self,
        provider: &IdentityProvider,
        token: &str,
    ) -> Result<Logout, BackChannelLogoutError> {
        let signed = id_token::read(token).map_err(BackChannelLogoutError::Token)?;
        if !signed.may_be_a_logout_token() {
            return Err(BackChannelLogoutError::Token(TokenFault::NoLogout));
        }
        let found = self.outside.find(&provider.name).ok_or(BackChannelLogoutError::NoSuchProvider)?;
        let (endpoint, now) = (&*self.upstreams.endpoint, self.now());
        let unavailable = BackChannelLogoutError::Unavailable;
        let known = self.outside.known(endpoint, found, now).await.map_err(unavailable)?;
        let mut keys = known.keys.clone();
        if signed.names_a_key_beyond(&keys) {
            let newer = self.outside.keys_anew(endpoint, found, &known, now).await.map_err(unavailable)?;
            keys = newer.unwrap_or(keys);
        }
        let claims: LogoutClaims = signed.claims(&keys).map_err(BackChannelLogoutError::Token)?;
        logout_token::check(claims, provider, now).map_err(BackChannelLogoutError::Token)
    }

    /// One record for each account: an identity opens one, but a session's name may, against all sense, be of several.
    async fn record_ended(
        &self,
        transaction: &mut (dyn Transaction + '_),
        provider: &IdentityProvider,
        logout: &Logout,
        sessions: &[PortalSession],
    ) -> Result<(), StorageError> {
        let mut accounts: Vec<_> = sessions.iter().map(|session| session.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        for id in accounts {
            let Some(account) = transaction.account(id).await? else { continue };
            let ended = sessions.iter().filter(|session| session.account == id).count();
            let record = record_of(Operation::EndOutsideSessions, &account)
                .detail("provider", &provider.name)
                .detail("issuer", provider.issuer.as_str())
                .detail_if("subject", logout.subject.as_ref())
                .detail("sessions", ended)
                .by(Actor::System, self.now());
            transaction.append_audit_records(vec![record]).await?;
        }
        Ok(())
    }
}

/// The issuer that an unverified token gives, to know whose keys it is to be verified with.
fn claimed_issuer(token: &str) -> Result<String, TokenFault> {
    let payload = token.split('.').nth(1).filter(|_| token.len() <= LONGEST).ok_or(TokenFault::Malformed)?;
    let payload = BASE64URL.decode(payload).map_err(|_| TokenFault::Malformed)?;
    let claimed: Claimed = serde_json::from_slice(&payload).map_err(|_| TokenFault::Malformed)?;
    Ok(claimed.iss)
}

/// By what a token is remembered: its issuer and its name, each apart from the other.
fn spent_name(provider: &IdentityProvider, name: &str) -> TokenHash {
    let hash = Sha256::new().chain_update(provider.issuer.as_str()).chain_update([0]).chain_update(name);
    TokenHash(hash.finalize().into())
}

/// The sessions that it is about. Where it names somebody and a session of theirs, those of which no such name is known
/// end too: a session too many asks for a sign-in, one too few stays open.
async fn sessions_of(
    transaction: &mut (dyn Transaction + '_),
    provider: &IdentityProvider,
    logout: &Logout,
) -> Result<Vec<PortalSession>, StorageError> {
    let issuer = provider.issuer.as_str();
    let Some(subject) = &logout.subject else {
        let sid = logout.sid.as_deref().unwrap_or_default();
        return transaction.portal_sessions_of_sid(issuer, sid).await;
    };
    let Some(link) = transaction.outside_identity(issuer, subject).await? else { return Ok(Vec::new()) };
    let mut sessions = transaction.portal_sessions_through(link.id).await?;
    sessions.retain(|session| {
        let known = session.vouched.as_ref().and_then(|vouched| vouched.sid.as_ref());
        known.is_none() || logout.sid.is_none() || known == logout.sid.as_ref()
    });
    Ok(sessions)
}
