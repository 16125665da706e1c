//! New tokens by an owner's consent: one process at a time, and never without storing what the provider issued.

use std::time::Duration;

use postern_domain::actor::Actor;
use postern_domain::audit::Operation;
use postern_domain::consent::{ConsentProblem, ConsentState};
use postern_domain::id::AccountId;
use postern_storage::ConsentRecord;

use super::access_token::AccessToken;
use super::answer::{Issued, OAuthError};
use super::exchange::Trouble;
use super::form::Form;
use super::{Provider, TokenProblem};
use crate::audit::Record;
use crate::notice::{MailboxTidings, tell};
use crate::{Failure, Service};

/// How long a process may take to renew a token before another may try: longer than an answer may take.
const LEASE: Duration = Duration::from_secs(30);

/// How often a process looks whether another has done.
const LOOK: Duration = Duration::from_millis(200);

/// How often, and with what pauses, it is tried to store what a provider issued: where it has ended the old refresh token
/// the consent is lost without it. A database that is down for ten minutes is not down for a restart.
const TRIES: u32 = 600;
const TRY_EVERY: Duration = Duration::from_secs(1);

/// Errors after which a refresh token is worth nothing any more (RFC 6749 5.2, OpenID Connect Core 3.1.2.6).
const TERMINAL: [&str; 4] = ["invalid_grant", "interaction_required", "login_required", "consent_required"];

/// An access token.
pub(super) struct Obtained {
    pub(super) token: AccessToken,
    /// What came with it and is still to be stored.
    pub(super) unsaved: Option<Unsaved>,
}

/// What a provider issued, and what it was issued for.
pub(super) struct Unsaved {
    before: ConsentRecord,
    issued: Issued,
}

impl Service {
    /// Renews the tokens of a consent.
    pub(super) async fn refresh(
        &self,
        provider: &Provider,
        account: AccountId,
    ) -> Result<Obtained, TokenProblem> {
        let record = self.lease(provider, account).await?;
        let outcome = self.refresh_leased(provider, record).await;
        if let Err(failure) = self.end_lease(provider, account).await {
            // It ends by itself.
            tracing::warn!(error = %failure, "the right to renew a token could not be given back");
        }
        outcome
    }

    /// The consent, once this process alone may use its refresh token.
    async fn lease(&self, provider: &Provider, account: AccountId) -> Result<ConsentRecord, TokenProblem> {
        // By the machine's timer, not by the clock: a test's clock stands still.
        let waiting = tokio::time::timeout(LEASE, async {
            loop {
                match self.try_lease(provider, account).await.map_err(|failure| ours(&failure))? {
                    Some(record) => return Ok(record),
                    None => tokio::time::sleep(LOOK).await,
                }
            }
        });
        waiting.await.unwrap_or(Err(TokenProblem::Unavailable))
    }

    /// `None` while another process has it.
    async fn try_lease(
        &self,
        provider: &Provider,
        account: AccountId,
    ) -> Result<Option<ConsentRecord>, Trying> {
        let mut transaction = self.parts.store.begin().await.map_err(Failure::from)?;
        let now = self.now();
        let name = &provider.name;
        let record = transaction.consent(account, name).await.map_err(Failure::from)?;
        let record = record.ok_or(Trying::Told(TokenProblem::NoConsent))?;
        if matches!(record.consent.state, ConsentState::Lapsed(_)) {
            return Err(Trying::Told(TokenProblem::Lapsed));
        }
        let holder = self.upstreams.holder(self.random());
        let taken = transaction
            .take_refresh_lease(account, name, holder, now.plus(LEASE), now)
            .await
            .map_err(Failure::from)?;
        transaction.commit().await.map_err(Failure::from)?;
        Ok(taken.then_some(record))
    }

    async fn end_lease(&self, provider: &Provider, account: AccountId) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        transaction.end_refresh_lease(account, &provider.name, self.upstreams.holder(self.random())).await?;
        Ok(transaction.commit().await?)
    }

    async fn refresh_leased(
        &self,
        provider: &Provider,
        record: ConsentRecord,
    ) -> Result<Obtained, TokenProblem> {
        let sealed = record.refresh_token.as_ref().ok_or(TokenProblem::Lapsed)?;
        let account = record.consent.account;
        let token = self.open_refresh_token(account, provider, record.generation, sealed);
        let token = token.map_err(|failure| ours(&Trying::Failed(failure)))?;
        let now = self.now();
        let form = Form::new().field("grant_type", "refresh_token").field("refresh_token", &token);
        match self.ask_for_tokens(provider, form.scopes(provider)).await {
            Ok(issued) => {
                let token = AccessToken::new(issued.access_token.clone(), now, issued.life);
                let new = Unsaved { before: record, issued };
                let unsaved = match self.try_to_save(provider, &new).await {
                    Ok(saved) => {
                        saved?;
                        None
                    }
                    Err(_) => Some(new),
                };
                Ok(Obtained { token, unsaved })
            }
            Err(Trouble::Refused(error)) if TERMINAL.contains(&error.code.as_str()) => {
                Err(self.lapse(provider, &record, &error).await)
            }
            Err(trouble) => {
                self.note_problem(provider, &record, &trouble).await;
                Err(super::upstream_token::without_consent(provider, &trouble))
            }
        }
    }

    /// Stores what could not be stored at once, for as long as it takes. Sessions have the access token meanwhile, and no
    /// other process can use the old refresh token while the database is down.
    pub(super) async fn save(&self, provider: &Provider, unsaved: &Unsaved) {
        for _ in 0..TRIES {
            tokio::time::sleep(TRY_EVERY).await;
            match self.try_to_save(provider, unsaved).await {
                // Or the consent was withdrawn meanwhile, so that there is nothing to store.
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(%error, provider = provider.name, "a new refresh token is not stored yet");
                }
            }
        }
        tracing::error!(provider = provider.name, "a new refresh token could not be stored");
    }

    async fn try_to_save(
        &self,
        provider: &Provider,
        Unsaved { before, issued }: &Unsaved,
    ) -> Result<Result<(), TokenProblem>, Failure> {
        let mut transaction = self.parts.store.begin().await?;
        let account = before.consent.account;
        let stored = transaction.consent(account, &provider.name).await?;
        let Some(mut record) = stored else { return Ok(Err(TokenProblem::NoConsent)) };
        if record.generation != before.generation {
            // A commit that broke off may have been one; otherwise it was given anew while the provider was asked.
            let ours = self.is_stored(provider, &record, issued)?;
            return Ok(ours.then_some(()).ok_or(TokenProblem::Unavailable));
        }
        let now = self.now();
        if let Some(token) = &issued.refresh_token {
            record.generation += 1;
            record.refresh_token = Some(self.seal_refresh_token(account, provider, record.generation, token));
        }
        record.consent.refreshed_at = now;
        record.consent.access_until = now.plus(issued.life);
        if let Some(life) = issued.refresh_token_life {
            record.consent.expires_at = Some(now.plus(life));
        }
        record.consent.state = ConsentState::Connected { problem: None };
        transaction.put_consent(&record).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Whether what was issued is what is stored.
    fn is_stored(
        &self,
        provider: &Provider,
        record: &ConsentRecord,
        issued: &Issued,
    ) -> Result<bool, Failure> {
        let (Some(sealed), Some(token)) = (&record.refresh_token, &issued.refresh_token) else {
            return Ok(false);
        };
        let stored = self.open_refresh_token(record.consent.account, provider, record.generation, sealed)?;
        Ok(stored.as_str() == token.as_str())
    }

    /// The provider will issue no more. Recorded once, whichever process finds it out.
    async fn lapse(&self, provider: &Provider, before: &ConsentRecord, error: &OAuthError) -> TokenProblem {
        match self.try_lapse(provider, before, error).await {
            Ok(problem) => problem,
            Err(failure) => ours(&Trying::Failed(failure)),
        }
    }

    async fn try_lapse(
        &self,
        provider: &Provider,
        before: &ConsentRecord,
        error: &OAuthError,
    ) -> Result<TokenProblem, Failure> {
        let mut transaction = self.parts.store.begin().await?;
        let account = before.consent.account;
        let Some(mut record) = transaction.consent(account, &provider.name).await? else {
            return Ok(TokenProblem::NoConsent);
        };
        if record.generation != before.generation {
            // Another process has renewed it meanwhile: the next attempt goes on with what it stored.
            return Ok(TokenProblem::Unavailable);
        }
        if matches!(record.consent.state, ConsentState::Lapsed(_)) {
            return Ok(TokenProblem::Lapsed);
        }
        let now = self.now();
        record.consent.state = ConsentState::Lapsed(ConsentProblem { error: error.to_string(), at: now });
        record.refresh_token = None;
        transaction.put_consent(&record).await?;
        let audited = Record::of(Operation::LapseConsent)
            .account(account)
            .detail("provider", &provider.name)
            .detail("error", error)
            .by(Actor::System, now);
        transaction.append_audit_records(vec![audited]).await?;
        if let Some(owner) = transaction.account(account).await? {
            let notice = MailboxTidings::Lapsed { at: provider.name.clone(), error: error.to_string() };
            tell(&mut *transaction, &owner, notice, now).await?;
        }
        transaction.commit().await?;
        tracing::error!(%account, provider = provider.name, %error, "a mailbox owner's consent has lapsed");
        Ok(TokenProblem::Lapsed)
    }

    /// Lets the owner see what went wrong. It is no more than that: a database that cannot be written changes nothing.
    async fn note_problem(&self, provider: &Provider, before: &ConsentRecord, trouble: &Trouble) {
        let noted = async {
            let mut transaction = self.parts.store.begin().await?;
            let account = before.consent.account;
            if let Some(mut record) = transaction.consent(account, &provider.name).await?
                && record.generation == before.generation
                && matches!(record.consent.state, ConsentState::Connected { .. })
            {
                let problem = Some(ConsentProblem { error: trouble.to_string(), at: self.now() });
                record.consent.state = ConsentState::Connected { problem };
                transaction.put_consent(&record).await?;
                transaction.commit().await?;
            }
            Ok::<(), Failure>(())
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "it could not be noted that a token was not renewed");
        }
    }
}

/// Why a consent cannot be used now.
enum Trying {
    /// Something to be told as it is.
    Told(TokenProblem),
    /// Ours.
    Failed(Failure),
}

impl From<Failure> for Trying {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

fn ours(trying: &Trying) -> TokenProblem {
    match trying {
        Trying::Told(problem) => *problem,
        Trying::Failed(error) => {
            tracing::error!(%error, "a consent could not be used");
            TokenProblem::Unavailable
        }
    }
}
