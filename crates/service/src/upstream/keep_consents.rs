//! Keeps consents from ending of disuse: many providers end a refresh token that was not used for long (Entra: 90 days).

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::consent::Consent;
use postern_storage::ConsentPlace;

use super::slot::Subject;
use crate::{Failure, Service};

/// How often the consents are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// How long a consent may lie unused: far less than any provider allows.
const UNUSED: Duration = Duration::from_secs(7 * 24 * 3600);

/// Most consents that are renewed at one provider in one round, so that none is asked for thousands at once.
const AT_ONCE: usize = 100;

/// Consents read at once.
const PAGE: u32 = 1000;

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
    /// Renews the tokens of consents that nobody has used for a week, at most a hundred at each provider, and gives how many
    /// it renewed. Those of accounts that are blocked are left to lapse.
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

    /// Those to renew, of each provider the ones that were refreshed longest ago: what cannot be renewed at one (it is down, or
    /// no longer configured) keeps no turn from another's.
    async fn unused_consents(&self) -> Result<Vec<Consent>, Failure> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let until = self.now().minus(UNUSED);
        let mut unused: Vec<Consent> = Vec::new();
        let mut chosen: HashMap<String, usize> = HashMap::new();
        let mut after: Option<(Timestamp, ConsentPlace)> = None;
        loop {
            let place = after.as_ref().map(|(at, place)| (*at, place));
            let page = snapshot.consents_refreshed_until(until, place, PAGE).await?;
            let Some(last) = page.last() else { return Ok(unused) };
            after = Some((last.refreshed_at, ConsentPlace::of(last)));
            for consent in page {
                let of_provider = chosen.entry(consent.provider.clone()).or_default();
                if *of_provider < AT_ONCE && self.provider(&consent.provider).is_some() {
                    *of_provider += 1;
                    unused.push(consent);
                }
            }
        }
    }
}
