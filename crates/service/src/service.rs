//! [`Service`]: what all deeds share.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use postern_domain::account::Account;
use postern_domain::id::AccountId;
use postern_domain::lockout::Lockout;
use postern_domain::setting::{Policy, Settings};
use postern_domain::{Clock, Random};
use postern_storage::{AccountFilter, Store};
use tokio::task::JoinSet;

use crate::Failure;
use crate::account::keep_bulk_jobs;
use crate::audit::Verifying;
use crate::door::{AtWork, Impersonations};
use crate::hashing::HashingPool;
use crate::keys::KeyRing;
use crate::keys_in_use::KeysInUse;
use crate::messenger::Messenger;
use crate::meters::Meters;
use crate::outside::{IdentityProvider, OutsideProviders};
use crate::portal::Attempts;
use crate::recorder::Recorder;
use crate::upstream::{Provider, TokenEndpoint, Upstreams, keep_consents};
use crate::{follow, guessing, key_check};

/// What a service is made of.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub random: Arc<dyn Random>,
    /// The keys, which live outside the database.
    pub keys: KeyRing,
    /// The portal's own address (`https://portal.example.org`), without a slash at its end; refusals point there.
    pub portal_url: String,
    /// Passwords hashed at once; further attempts wait, and are shed when too many wait. 1 to 64.
    pub hashing_permits: usize,
    /// Who issues access tokens for the upstreams; no two have one name.
    pub providers: Vec<Provider>,
    /// How they are asked.
    pub token_endpoint: Arc<dyn TokenEndpoint>,
    /// Who vouches for people beside account passwords; no two have one name.
    pub identity_providers: Vec<IdentityProvider>,
    /// The upstreams that want the mailbox's own password, which owners enter in the portal.
    pub mailbox_password_upstreams: Vec<String>,
    /// How people and other systems are reached.
    pub messenger: Arc<dyn Messenger>,
}

/// What stays the same for as long as a service runs.
pub(crate) struct Surroundings {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) portal_url: String,
    pub(crate) messenger: Arc<dyn Messenger>,
}

/// The settings as they are in force.
struct InForce {
    policy: Arc<Policy>,
    /// The organization's, for all those whose groups have nothing of their own.
    organization: Arc<Settings>,
}

impl InForce {
    fn new(policy: Policy) -> Self {
        Self { organization: Arc::new(policy.organization.settings().clone()), policy: Arc::new(policy) }
    }
}

/// All deeds. Shared by every door, the portal and the command line.
///
/// Accounts and credentials are read from the database at the moment of the decision, so that several servers on one
/// database decide alike. Held in memory are the lockout, the attempts at sending codes and what app passwords used of
/// their limits, each server's own, and the settings, which follow another process's change within 100 ms.
pub struct Service {
    pub(crate) parts: Surroundings,
    pub(crate) keys: KeysInUse,
    pub(crate) hashing: HashingPool,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) upstreams: Upstreams,
    pub(crate) outside: OutsideProviders,
    pub(crate) meters: Arc<Meters>,
    pub(crate) verifying: Verifying,
    pub(crate) at_work: AtWork,
    pub(crate) impersonations: Impersonations,
    pub(crate) code_attempts: Attempts,
    settings: RwLock<InForce>,
    account_passwords: Mutex<Lockout>,
    second_factors: Mutex<Lockout>,
    /// An account that is read in the place of one that there is not.
    pub(crate) stand_in: OnceLock<AccountId>,
    /// Ended when the service is dropped.
    tasks: Mutex<JoinSet<()>>,
}

impl Service {
    /// A service, with the settings read and the recorder of sign-in events running until [`Self::close`]. To be called
    /// inside a Tokio runtime.
    ///
    /// # Errors
    /// [`Failure`] when the database cannot be read or does not belong to the keys.
    pub async fn open(parts: Parts) -> Result<Arc<Self>, Failure> {
        // Subscribed to before anything is read, so that no change falls between.
        let changes = parts.store.changes();
        key_check::check(&*parts.store, &parts.keys).await?;
        let mut snapshot = parts.store.snapshot().await?;
        let policy = snapshot.policy().await?;
        let some_account = snapshot.accounts(&AccountFilter { limit: 1, ..AccountFilter::default() }).await?;
        drop(snapshot);
        let recorder = Recorder::new(Arc::clone(&parts.store), Arc::clone(&parts.clock));
        let service = Arc::new(Self {
            hashing: HashingPool::new(parts.hashing_permits),
            recorder: Arc::clone(&recorder),
            meters: Arc::default(),
            verifying: Verifying::default(),
            at_work: AtWork::default(),
            impersonations: Impersonations::default(),
            code_attempts: Attempts::default(),
            upstreams: Upstreams::new(
                parts.providers,
                parts.token_endpoint,
                parts.mailbox_password_upstreams,
            ),
            settings: RwLock::new(InForce::new(policy)),
            outside: OutsideProviders::new(parts.identity_providers),
            account_passwords: Mutex::new(guessing::account_passwords()),
            second_factors: Mutex::new(guessing::second_factors()),
            stand_in: some_account.first().map_or_else(OnceLock::new, |account| OnceLock::from(account.id)),
            tasks: Mutex::default(),
            keys: KeysInUse::new(parts.keys),
            parts: Surroundings {
                store: parts.store,
                clock: parts.clock,
                random: parts.random,
                portal_url: parts.portal_url,
                messenger: parts.messenger,
            },
        });
        let mut tasks = service.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(recorder.run());
        tasks.spawn(follow::follow(Arc::downgrade(&service), changes));
        tasks.spawn(keep_bulk_jobs(Arc::downgrade(&service)));
        if service.asks_owners() {
            tasks.spawn(keep_consents::keep(Arc::downgrade(&service)));
        }
        drop(tasks);
        Ok(service)
    }

    /// Writes what the recorder still holds, and waits for what a provider is about to issue. No deed may be asked for
    /// afterwards.
    pub async fn close(&self) {
        self.upstreams.slots.settle().await;
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        if let Err(error) = self.recorder.flush().await {
            tracing::error!(%error, "the last sign-in events could not be written");
        }
    }

    /// The organization's settings in force, without what groups have of their own; at most 100 ms behind another
    /// process's change. What concerns an account asks for [`Self::settings_of`] it.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.in_force().organization)
    }

    /// The settings that hold for an account, with what its groups have of their own; at most 100 ms behind another
    /// process's change. Where no group of the account has anything of its own, nothing is computed.
    #[must_use]
    pub fn settings_of(&self, account: &Account) -> Arc<Settings> {
        let in_force = self.in_force();
        if in_force.policy.has_overrides_for(&account.groups) {
            Arc::new(in_force.policy.settings_for(&account.groups))
        } else {
            Arc::clone(&in_force.organization)
        }
    }

    fn in_force(&self) -> RwLockReadGuard<'_, InForce> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The portal's own address, without a slash at its end.
    #[must_use]
    pub fn portal_url(&self) -> &str {
        &self.parts.portal_url
    }

    /// How people and other systems are reached.
    #[must_use]
    pub fn messenger(&self) -> &dyn Messenger {
        &*self.parts.messenger
    }

    /// The clock, for doors that need the same one.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    /// The changes that any process commits, for the registry of live sessions. See [`Store::changes`].
    #[must_use]
    pub fn changes(&self) -> tokio::sync::broadcast::Receiver<postern_storage::Change> {
        self.parts.store.changes()
    }

    pub(crate) fn put_policy(&self, policy: Policy) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = InForce::new(policy);
    }

    /// Runs a task until the service is dropped or closed.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        // What ended is let go of.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.parts.random
    }

    pub(crate) fn now(&self) -> postern_domain::Timestamp {
        self.parts.clock.now()
    }

    /// The guesses at account passwords. Never held across an await.
    pub(crate) fn account_passwords(&self) -> MutexGuard<'_, Lockout> {
        self.account_passwords.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The guesses at second factors, which are counted apart. Never held across an await.
    pub(crate) fn second_factors(&self) -> MutexGuard<'_, Lockout> {
        self.second_factors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
