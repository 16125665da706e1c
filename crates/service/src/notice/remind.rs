//! Tells ahead what ends by itself: owners of their app passwords, API tokens and consents, administrators of client
//! secrets, of each end once.

use std::sync::Weak;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::api_token::{ApiToken, ServicePrincipal};
use postern_domain::app_password::AppPassword;
use postern_domain::consent::Consent;
use postern_domain::id::AccountId;
use postern_storage::{ExpiryOf, StorageError, Transaction};

use super::words::Tidings;
use super::{AppPasswordTidings, MailboxTidings, OrganizationTidings, SignInTidings, tell};
use crate::{Failure, Service};

/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// How long after the start it begins, so that servers that start together do not look at once.
const FIRST_LOOK: Duration = Duration::from_secs(60);

/// Most notices in one transaction.
const AT_ONCE: u32 = 100;

/// Runs until the service is gone.
pub(crate) async fn run(service: Weak<Service>) {
    tokio::time::sleep(FIRST_LOOK).await;
    loop {
        let Some(alive) = service.upgrade() else { return };
        match alive.tell_of_expiries().await {
            Ok(0) => {}
            Ok(told) => tracing::info!(told, "told what expires soon"),
            Err(error) => tracing::warn!(%error, "what expires soon could not be looked at"),
        }
        if let Err(error) = alive.delete_old_notices().await {
            tracing::warn!(%error, "old notices could not be deleted");
        }
        drop(alive);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What is looked for, each with its own notice.
const SORTS: [Sort; 5] =
    [Sort::AppPasswords, Sort::IdleAppPasswords, Sort::ApiTokens, Sort::ClientSecrets, Sort::Consents];

#[derive(Clone, Copy)]
enum Sort {
    AppPasswords,
    IdleAppPasswords,
    ApiTokens,
    ClientSecrets,
    Consents,
}

/// An end that is near, and of which nobody was told.
struct Near {
    of: ExpiryOf,
    ends_at: Timestamp,
    /// Whose owner is told; none: the administrators are.
    account: Option<AccountId>,
    tidings: Box<dyn Tidings>,
}

impl Service {
    /// Tells the owners of app passwords, API tokens and consents that end within the setting `expiry_notice`, and the
    /// administrators of client secrets that do, of each end once. App passwords end by their expiry, or because nothing
    /// uses them; an end that moved since is another one. Gives how many were told.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn tell_of_expiries(&self) -> Result<usize, Failure> {
        // A use moves the end of what must not lie idle.
        self.write_down_events().await;
        let now = self.now();
        let mut told = 0;
        for sort in SORTS {
            loop {
                let some = self.tell_of_some(sort, now).await?;
                told += some;
                if some < AT_ONCE as usize {
                    break;
                }
            }
        }
        Ok(told)
    }

    /// Tells of those that end first, as a transaction of its own. What was told of is not found again.
    async fn tell_of_some(&self, sort: Sort, now: Timestamp) -> Result<usize, Failure> {
        let mut transaction = self.parts.store.begin().await?;
        let until = now.plus(transaction.settings().await?.expiry_notice);
        let near = sort.near(&mut *transaction, now, until).await?;
        let found = near.len();
        for Near { of, ends_at, account, tidings } in near {
            match account {
                None => self.tell_administrators(&mut *transaction, None, tidings, now).await?,
                Some(account) => {
                    if let Some(account) = transaction.account(account).await? {
                        tell(&mut *transaction, &account, tidings, now).await?;
                    }
                }
            }
            transaction.note_expiry_told(&of, ends_at).await?;
        }
        transaction.commit().await?;
        Ok(found)
    }
}

impl Sort {
    async fn near(
        self,
        state: &mut (dyn Transaction + '_),
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Near>, StorageError> {
        Ok(match self {
            Self::AppPasswords => {
                let found = state.app_passwords_about_to_expire(now, until, AT_ONCE).await?;
                found.iter().filter_map(Near::expiry).collect()
            }
            Self::IdleAppPasswords => {
                let found = state.app_passwords_about_to_lie_idle(now, until, AT_ONCE).await?;
                found.iter().filter_map(Near::idle_end).collect()
            }
            Self::ApiTokens => {
                let found = state.api_tokens_about_to_expire(now, until, AT_ONCE).await?;
                found.into_iter().map(Near::end_of_token).collect()
            }
            Self::ClientSecrets => {
                let found = state.client_secrets_about_to_expire(now, until, AT_ONCE).await?;
                found.into_iter().filter_map(Near::end_of_client_secret).collect()
            }
            Self::Consents => {
                let found = state.consents_about_to_expire(now, until, AT_ONCE).await?;
                found.into_iter().filter_map(Near::end_of_consent).collect()
            }
        })
    }
}

impl Near {
    fn expiry(app_password: &AppPassword) -> Option<Self> {
        let ends_at = app_password.expires_at?;
        Some(Self {
            of: ExpiryOf::AppPassword(app_password.id),
            ends_at,
            account: Some(app_password.account),
            tidings: Box::new(AppPasswordTidings::ExpiresSoon {
                its: app_password.into(),
                expires_at: ends_at,
            }),
        })
    }

    fn idle_end(app_password: &AppPassword) -> Option<Self> {
        let ends_at = app_password.idle_end()?;
        let last_use = app_password.last_use.as_ref().map(|last| last.at);
        Some(Self {
            of: ExpiryOf::IdleAppPassword(app_password.id),
            ends_at,
            account: Some(app_password.account),
            tidings: Box::new(AppPasswordTidings::IdleSoon { its: app_password.into(), last_use, ends_at }),
        })
    }

    fn end_of_token(token: ApiToken) -> Self {
        Self {
            of: ExpiryOf::ApiToken(token.id),
            ends_at: token.expires_at,
            account: Some(token.account),
            tidings: Box::new(SignInTidings::TokenExpiresSoon { token }),
        }
    }

    fn end_of_client_secret(principal: ServicePrincipal) -> Option<Self> {
        let ends_at = principal.secret_expires_at?;
        Some(Self {
            of: ExpiryOf::ClientSecret(principal.id),
            ends_at,
            account: None,
            tidings: Box::new(OrganizationTidings::ClientSecretExpiresSoon {
                principal,
                expires_at: ends_at,
            }),
        })
    }

    fn end_of_consent(consent: Consent) -> Option<Self> {
        let ends_at = consent.expires_at?;
        Some(Self {
            of: ExpiryOf::Consent(consent.account, consent.provider.clone()),
            ends_at,
            account: Some(consent.account),
            tidings: Box::new(MailboxTidings::ExpiresSoon { at: consent.provider, expires_at: ends_at }),
        })
    }
}
