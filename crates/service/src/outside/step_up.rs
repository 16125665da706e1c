//! Step-up of people whose second factor is their identity provider's: they answer there anew.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::id::PortalSessionId;
use postern_storage::{Snapshot, StorageError};

use super::{IdentityProvider, OutsideError, VerifiedIdentity};
use crate::portal::{FullSession, SessionToken, read_anew};
use crate::{Failure, Service};

/// How far a provider's clock may be behind ours: so much earlier than we asked it may say that the person answered.
const BEHIND: Duration = Duration::from_secs(60);

impl Service {
    /// The providers at which the person at a session can confirm who they are: those that they are linked to and whose
    /// second factor can count. None for somebody with a method of ours, which is asked for.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn outside_step_ups(&self, session: &FullSession) -> Result<Vec<&IdentityProvider>, Failure> {
        if self.outside.list.is_empty() {
            return Ok(Vec::new());
        }
        let mut snapshot = self.parts.store.snapshot().await?;
        if !snapshot.methods_of(session.account().id).await?.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.outside_step_ups_of(&mut *snapshot, session.account()).await?)
    }

    /// The providers at which the owner of an account can confirm who they are, whatever methods of ours there are.
    pub(crate) async fn outside_step_ups_of(
        &self,
        state: &mut (dyn Snapshot + '_),
        account: &Account,
    ) -> Result<Vec<&IdentityProvider>, StorageError> {
        if self.outside.list.is_empty() {
            return Ok(Vec::new());
        }
        let links = state.outside_identities_of(account.id).await?;
        let counts = |provider: &&IdentityProvider| {
            let is_linked = links.iter().any(|link| link.issuer == provider.issuer.as_str());
            is_linked && provider.mfa.is_possible()
        };
        Ok(self.outside.list.iter().filter(counts).collect())
    }

    /// The session of whoever answered, with a second factor of just now, under a new token.
    pub(super) async fn finish_step_up(
        &self,
        identity: VerifiedIdentity,
        (begun_by, token): (PortalSessionId, Option<&SessionToken>),
        asked_at: Timestamp,
    ) -> Result<(SessionToken, FullSession), OutsideError> {
        let (_, provider) = self.outside.find(&identity.provider).ok_or(OutsideError::NoSuchProvider)?;
        let label = || provider.label.clone();
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let token = token.ok_or(OutsideError::UnknownRequest)?;
        let session = transaction.portal_session(&token.hash()).await?;
        let session = session.filter(|found| found.id == begun_by).ok_or(OutsideError::UnknownRequest)?;
        let read = read_anew(&session, &mut *transaction, now).await?;
        let (mut session, account) = read.ok_or(OutsideError::UnknownRequest)?;
        let link = transaction.outside_identity(&identity.issuer, &identity.subject).await?;
        let link = link.filter(|link| link.account == account.id);
        let link = link.ok_or_else(|| OutsideError::OtherPerson { provider: label() })?;
        // What the provider remembers of this morning is no answer of now, whatever it was asked for.
        let answered = identity.second_factor_at.filter(|at| *at >= asked_at.minus(BEHIND));
        let answered = answered.ok_or_else(|| OutsideError::NotFresh { provider: label() })?;
        transaction.note_outside_identity_used(link.id, now).await?;
        let token = SessionToken::generate(self.random());
        session.token = token.hash();
        session.second_factor_at = Some(answered);
        session.seen_at = now;
        // Whoever vouched first stays: the session ends with them.
        if session.vouched.as_ref().is_none_or(|vouched| vouched.identity == link.id) {
            session.vouched = Some(self.vouched(provider, link.id, &identity));
            session.factors.outside = Some(identity.provider);
        }
        if !transaction.update_portal_session(&session).await? {
            return Err(OutsideError::UnknownRequest);
        }
        transaction.commit().await?;
        Ok((token, FullSession { session, account }))
    }
}
