//! Tells owners ahead what expires: app passwords and consents, each once.

use std::sync::Weak;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus};

use super::{AppPasswordTidings, MailboxTidings, tell};
use crate::{Failure, Service};

/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// How long after the start it begins, so that servers that start together do not look at once.
const FIRST_LOOK: Duration = Duration::from_secs(60);

/// The longest span of the setting `expiry_notice`.
const LONGEST_AHEAD: Duration = Duration::from_secs(90 * 24 * 3600);

/// Most notices in one transaction.
const AT_ONCE: u32 = 100;

/// Runs until the service is gone.
pub(crate) async fn run(service: Weak<Service>) {
    tokio::time::sleep(FIRST_LOOK).await;
    loop {
        let Some(alive) = service.upgrade() else { return };
        match alive.tell_of_expiries().await {
            Ok(0) => {}
            Ok(told) => tracing::info!(told, "told owners what expires soon"),
            Err(error) => tracing::warn!(%error, "what expires soon could not be looked at"),
        }
        if let Err(error) = alive.delete_old_notices().await {
            tracing::warn!(%error, "old notices could not be deleted");
        }
        drop(alive);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

impl Service {
    /// Tells the owners of app passwords and consents that expire within the setting `expiry_notice`, each once. Gives
    /// how many were told.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn tell_of_expiries(&self) -> Result<usize, Failure> {
        let now = self.now();
        let mut told = 0;
        let mut from = now;
        loop {
            let mut transaction = self.parts.store.begin().await?;
            let found =
                transaction.app_passwords_about_to_expire(from, now.plus(LONGEST_AHEAD), AT_ONCE).await?;
            for app_password in &found {
                let Some(expires_at) = app_password.expires_at else { continue };
                let account = transaction.account(app_password.account).await?;
                let Some(account) = self.to_be_told(account, expires_at, now) else { continue };
                let notice = AppPasswordTidings::ExpiresSoon { its: app_password.into(), expires_at };
                tell(&mut *transaction, &account, notice, now).await?;
                transaction.note_expiry_told(app_password.id.as_bytes(), "", expires_at).await?;
                told += 1;
            }
            transaction.commit().await?;
            // Those that come too early for their own setting are found again: on from the last one.
            match found.last().and_then(|last| last.expires_at) {
                Some(last) if found.len() == AT_ONCE as usize && last > from => from = last,
                _ => break,
            }
        }
        Ok(told + self.tell_of_expiring_consents(now).await?)
    }

    async fn tell_of_expiring_consents(&self, now: Timestamp) -> Result<usize, Failure> {
        let mut told = 0;
        let mut transaction = self.parts.store.begin().await?;
        for consent in transaction.consents_about_to_expire(now, now.plus(LONGEST_AHEAD), AT_ONCE).await? {
            let Some(expires_at) = consent.expires_at else { continue };
            let account = transaction.account(consent.account).await?;
            let Some(account) = self.to_be_told(account, expires_at, now) else { continue };
            let notice = MailboxTidings::ExpiresSoon { at: consent.provider.clone(), expires_at };
            tell(&mut *transaction, &account, notice, now).await?;
            transaction.note_expiry_told(consent.account.as_bytes(), &consent.provider, expires_at).await?;
            told += 1;
        }
        transaction.commit().await?;
        Ok(told)
    }

    fn to_be_told(&self, account: Option<Account>, expires_at: Timestamp, now: Timestamp) -> Option<Account> {
        let account = account.filter(|account| account.status == AccountStatus::Active)?;
        let ahead = self.settings_of(&account).expiry_notice;
        (expires_at <= now.plus(ahead)).then_some(account)
    }
}
