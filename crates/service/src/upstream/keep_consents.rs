//! Keeps consents from ending of disuse: many providers end a refresh token that was not used for long (Entra: 90 days).

use std::sync::{Arc, Weak};
use std::time::Duration;

use postern_domain::account::AccountStatus;
use postern_domain::consent::{Consent, ConsentState};

use super::slot::Subject;
use crate::{Failure, Service};

/// How often the consents are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// How long a consent may lie unused: far less than any provider allows.
const UNUSED: Duration = Duration::from_secs(7 * 24 * 3600);

/// Most consents that are renewed in one round, so that no provider is asked for thousands at once.
const AT_ONCE: u32 = 100;

/// Runs until the service is gone. The first round comes after an hour: a command has ended by then.
pub(crate) async fn keep(service: Weak<Service>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(service) = service.upgrade() else { return };
        match service.renew_unused_consents().await {
            Ok(0) => {}
            Ok(renewed) => tracing::info!(renewed, "renewed tokens of consents that nobody had used"),
            Err(error) => tracing::warn!(%error, "unused consents could not be looked at"),
        }
    }
}

impl Service {
    /// Renews the tokens of consents that nobody has used for a week, at most a hundred, and gives how many it renewed.
    /// Those of accounts that are blocked are left to lapse.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn renew_unused_consents(self: &Arc<Self>) -> Result<usize, Failure> {
        let mut renewed = 0;
        for consent in self.unused_consents().await? {
            let Some(provider) = self.provider(&consent.provider) else { continue };
            let subject = Subject::Account(consent.account);
            let slot = self.upstreams.slots.of(&provider.name, &subject, self.now());
            // What goes wrong is noted with the consent, as for a session.
            renewed += usize::from(self.token_in(&slot, &consent.provider, &subject).await.is_ok());
        }
        Ok(renewed)
    }

    async fn unused_consents(&self) -> Result<Vec<Consent>, Failure> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let before = self.now().minus(UNUSED);
        let mut unused = Vec::new();
        for consent in snapshot.consents(AT_ONCE).await? {
            let is_connected = matches!(consent.state, ConsentState::Connected { .. });
            if !is_connected || consent.refreshed_at > before {
                continue;
            }
            let account = snapshot.account(consent.account).await?;
            if account.is_some_and(|account| account.status == AccountStatus::Active) {
                unused.push(consent);
            }
        }
        Ok(unused)
    }
}
