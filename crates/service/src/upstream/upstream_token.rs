//! An access token for the mailbox that a session opens.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::id::AccountId;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::access_token::AccessToken;
use super::exchange::Trouble;
use super::refresh::Obtained;
use super::slot::{Slot, Subject};
use super::{Grant, Provider};
use crate::Service;
use crate::door::DoorSession;

/// How often it is written that a consent is in use.
const USED_EVERY: Duration = Duration::from_secs(3600);

/// What a session signs in with at its upstream.
pub struct UpstreamToken {
    /// The mailbox, for `user=` of XOAUTH2.
    pub user: String,
    /// The token: visible ASCII.
    pub access_token: Zeroizing<String>,
}

/// The user; never the token.
impl std::fmt::Debug for UpstreamToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpstreamToken").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Why there is no token. To the client every one of them is temporary: its own secret was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// The mailbox's owner has not consented, or has withdrawn the consent.
    #[error("the mailbox's owner has not connected it")]
    NoConsent,
    /// The consent does not hold any more: its owner has to give it anew.
    #[error("the consent of the mailbox's owner has lapsed")]
    Lapsed,
    /// The provider wants to be left alone for a while.
    #[error("the provider asks for {} seconds of rest", retry_after.as_secs())]
    Throttled {
        /// How long.
        retry_after: Duration,
    },
    /// The provider, or something of ours, does not work.
    #[error("the provider of access tokens cannot be used")]
    Unavailable,
    /// No provider has that name.
    #[error("there is no such provider")]
    NoSuchProvider,
}

impl TokenProblem {
    /// The same, told when `rest` is left of it.
    pub(super) const fn after(self, rest: Duration) -> Self {
        match self {
            Self::Throttled { .. } => Self::Throttled { retry_after: rest },
            other => other,
        }
    }
}

impl Service {
    /// The provider of that name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.upstreams.provider(name)
    }

    /// A token with which the session's mailbox is opened at the upstreams of `provider`. However many sessions ask at
    /// once, this process asks the provider once. A token is renewed ten minutes before it expires, and sessions go on
    /// with the old one meanwhile. It takes ten seconds where the provider does not answer.
    ///
    /// # Errors
    /// [`TokenProblem`].
    pub async fn upstream_token(
        self: &Arc<Self>,
        provider: &str,
        session: &DoorSession,
    ) -> Result<UpstreamToken, TokenProblem> {
        let found = self.provider(provider).ok_or(TokenProblem::NoSuchProvider)?;
        let subject = subject(found, session)?;
        let slot = self.upstreams.slots.of(&found.name, &subject, self.now());
        let token = self.token_in(&slot, &found.name, &subject).await?;
        if let Subject::Account(account) = subject
            && slot.is_use_to_be_written(self.now(), USED_EVERY)
        {
            self.note_consent_use(account, &found.name).await;
        }
        let user = session.mailbox().as_str().to_owned();
        Ok(UpstreamToken { user, access_token: token.text })
    }

    /// Writes that a session signs in by a consent. That it cannot be written must not keep the session out.
    async fn note_consent_use(&self, account: AccountId, provider: &str) {
        let now = self.now();
        let written = async {
            let mut transaction = self.parts.store.begin().await?;
            transaction.use_consent(account, provider, now).await?;
            transaction.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, provider, "it cannot be written that a consent is in use");
        }
    }

    pub(super) async fn token_in(
        self: &Arc<Self>,
        slot: &Arc<Slot>,
        provider: &str,
        subject: &Subject,
    ) -> Result<AccessToken, TokenProblem> {
        if let Some(token) = slot.good(self.now()) {
            let resting = slot.problem(self.now()).is_some();
            if token.is_due(self.now())
                && !resting
                && let Ok(gate) = Arc::clone(&slot.gate).try_lock_owned()
            {
                self.renew(slot, gate, provider, subject);
            }
            return Ok(token);
        }
        let gate = Arc::clone(&slot.gate).lock_owned().await;
        // Somebody may have been before us.
        if let Some(token) = slot.good(self.now()) {
            return Ok(token);
        }
        if let Some(problem) = slot.problem(self.now()) {
            return Err(problem);
        }
        let renewal = self.renew(slot, gate, provider, subject);
        renewal.await.unwrap_or(Err(TokenProblem::Unavailable))
    }

    /// Renews a token in a task of its own, which goes on when the session that asked has gone: what the provider issues
    /// must be stored, or it is lost.
    fn renew(
        self: &Arc<Self>,
        slot: &Arc<Slot>,
        gate: tokio::sync::OwnedMutexGuard<()>,
        provider: &str,
        subject: &Subject,
    ) -> oneshot::Receiver<Result<AccessToken, TokenProblem>> {
        let (service, slot) = (Arc::clone(self), Arc::clone(slot));
        let (provider, subject) = (provider.to_owned(), subject.clone());
        let (tell, told) = oneshot::channel();
        tokio::spawn(async move {
            let _gate = gate;
            let Some(provider) = service.provider(&provider) else { return };
            let (answer, unsaved) = match service.obtain(provider, &subject).await {
                Ok(Obtained { token, unsaved }) => {
                    slot.put(token.clone());
                    (Ok(token), unsaved)
                }
                Err(problem) => {
                    slot.note_problem(problem, service.now());
                    (Err(problem), None)
                }
            };
            // Whoever asked may have gone.
            let _ = tell.send(answer);
            if let Some(unsaved) = unsaved {
                service.save(provider, &unsaved).await;
            }
        });
        told
    }

    /// Asks the provider.
    async fn obtain(&self, provider: &Provider, subject: &Subject) -> Result<Obtained, TokenProblem> {
        // The moment before: a token is not younger than its request.
        let now = self.now();
        let issued = match (&provider.grant, subject) {
            (Grant::ServiceAccount { key }, Subject::Mailbox(mailbox)) => {
                self.ask_for_mailbox(provider, key, mailbox).await
            }
            (Grant::Delegated(_), Subject::Account(account)) => {
                return self.refresh(provider, *account).await;
            }
            // The subject is made of the grant.
            (_, _) => self.ask_as_application(provider).await,
        };
        let issued = issued.map_err(|trouble| without_consent(provider, &trouble))?;
        let token = AccessToken::new(issued.access_token, now, issued.life);
        Ok(Obtained { token, unsaved: None })
    }
}

/// Whose token the session needs.
pub(super) fn subject(provider: &Provider, session: &DoorSession) -> Result<Subject, TokenProblem> {
    Ok(match provider.grant {
        Grant::ClientCredentials => Subject::Application,
        Grant::ServiceAccount { .. } => Subject::Mailbox(session.mailbox().clone()),
        Grant::Delegated(_) => Subject::Account(session.mailbox_account().ok_or(TokenProblem::NoConsent)?.id),
    })
}

/// Trouble that no owner can do anything about: the log tells the operator.
pub(super) fn without_consent(provider: &Provider, trouble: &Trouble) -> TokenProblem {
    match trouble {
        Trouble::Throttled { retry_after } => {
            tracing::warn!(provider = provider.name, %trouble, "the provider of access tokens throttles");
            TokenProblem::Throttled { retry_after: *retry_after }
        }
        Trouble::Refused(_) | Trouble::Endpoint(_) | Trouble::Unreadable { .. } => {
            tracing::error!(provider = provider.name, %trouble, "the provider of access tokens issued none");
            TokenProblem::Unavailable
        }
    }
}
