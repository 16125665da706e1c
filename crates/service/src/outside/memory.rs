//! What is remembered of each provider: its endpoints and keys, fetched once for however many sign in.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::Timestamp;
use tokio::sync::Mutex;

use super::discovery::{Metadata, discover, fetch};
use super::keys::Keys;
use super::trouble::{OutsideTrouble, Part};
use super::{IdentityProvider, OutsideProviders};
use crate::upstream::TokenEndpoint;

/// How long what was fetched is believed without asking again.
const LIFE: Duration = Duration::from_secs(3600);

/// How long it is believed while the provider does not answer.
const LIFE_WITHOUT_ANSWER: Duration = Duration::from_secs(24 * 3600);

/// How often a token of an unknown key makes us ask for the keys again: anybody can name keys.
const KEYS_ANEW: Duration = Duration::from_secs(60);

/// How long nobody asks a provider again that failed.
const REST: Duration = Duration::from_secs(5);

/// A provider's endpoints and keys, as of one moment.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) metadata: Arc<Metadata>,
    pub(super) keys: Arc<Keys>,
    at: Timestamp,
}

/// What is remembered of one provider. The lock is held while it is asked, so that one asks for all.
#[derive(Default)]
pub(super) struct Memory {
    known: Option<Known>,
    /// When keys were last fetched because one was not known.
    keys_anew_at: Option<Timestamp>,
    failed: Option<(Timestamp, OutsideTrouble)>,
}

impl OutsideProviders {
    /// What is known of a provider, fetched where it is not or was long ago.
    pub(super) async fn known(
        &self,
        endpoint: &dyn TokenEndpoint,
        (place, provider): (usize, &IdentityProvider),
        now: Timestamp,
    ) -> Result<Known, OutsideTrouble> {
        let mut memory = self.memory(place).lock().await;
        if let Some(known) = memory.known.as_ref().filter(|known| is_within(known.at, LIFE, now)) {
            return Ok(known.clone());
        }
        let resting = memory.failed.as_ref().filter(|(at, _)| is_within(*at, REST, now));
        let trouble = match resting {
            Some((_, trouble)) => trouble.clone(),
            None => match ask(endpoint, provider, now).await {
                Ok(known) => {
                    memory.failed = None;
                    return Ok(memory.known.insert(known).clone());
                }
                Err(trouble) => trouble,
            },
        };
        if resting.is_none() {
            memory.failed = Some((now, trouble.clone()));
        }
        match memory.known.as_ref().filter(|known| is_within(known.at, LIFE_WITHOUT_ANSWER, now)) {
            Some(known) => {
                tracing::warn!(provider = %provider.name, %trouble, "an identity provider is used as it was known");
                Ok(known.clone())
            }
            None => Err(trouble),
        }
    }

    /// The keys again, because a token names one that is not among `before`: it may have come since. None: they were
    /// fetched again a moment ago, and it is not to be done for everybody who names a key.
    pub(super) async fn keys_anew(
        &self,
        endpoint: &dyn TokenEndpoint,
        (place, provider): (usize, &IdentityProvider),
        before: &Known,
        now: Timestamp,
    ) -> Result<Option<Arc<Keys>>, OutsideTrouble> {
        let mut memory = self.memory(place).lock().await;
        if let Some(known) = &memory.known
            && !Arc::ptr_eq(&known.keys, &before.keys)
        {
            return Ok(Some(Arc::clone(&known.keys)));
        }
        if memory.keys_anew_at.is_some_and(|at| is_within(at, KEYS_ANEW, now)) {
            return Ok(None);
        }
        memory.keys_anew_at = Some(now);
        let keys = Arc::new(fetch_keys(endpoint, provider, &before.metadata).await?);
        if let Some(known) = &mut memory.known {
            known.keys = Arc::clone(&keys);
        }
        Ok(Some(keys))
    }

    fn memory(&self, place: usize) -> &Mutex<Memory> {
        &self.memories[place]
    }
}

async fn ask(
    endpoint: &dyn TokenEndpoint,
    provider: &IdentityProvider,
    now: Timestamp,
) -> Result<Known, OutsideTrouble> {
    let metadata = discover(endpoint, provider).await?;
    let keys = fetch_keys(endpoint, provider, &metadata).await?;
    Ok(Known { metadata: Arc::new(metadata), keys: Arc::new(keys), at: now })
}

async fn fetch_keys(
    endpoint: &dyn TokenEndpoint,
    provider: &IdentityProvider,
    metadata: &Metadata,
) -> Result<Keys, OutsideTrouble> {
    Keys::read(&fetch(endpoint, provider, &metadata.keys, Part::Keys).await?)
}

/// Whether `at` lies at most `span` back. A moment ahead of now does not: the clock was set back.
fn is_within(at: Timestamp, span: Duration, now: Timestamp) -> bool {
    at <= now && now.since(at) < span
}
