//! [`TestService`]: the real service on a real SQLite database, with a clock that a test sets and randomness that repeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{Account, AccountKind, AccountName, Role};
use postern_domain::app_password::{Profile, SenderRestriction, TypedSecret};
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::{Clock, Random};
use postern_service::account::AddAccount;
use postern_service::app_password::{CreateAppPassword, CreatedAppPassword};
use postern_service::door::{DoorAnswer, DoorSignIn};
use postern_service::keys::KeyRing;
use postern_service::messenger::Messenger;
use postern_service::outside::IdentityProvider;
use postern_service::upstream::{NoTokenEndpoint, Provider, TokenEndpoint};
use postern_service::{By, Parts, Service};
use postern_storage::Store;
use postern_storage_sql::Location;

use crate::{RecordingMessenger, TestClock, TestRandom};

/// Who asks for a deed from the machine itself.
pub const OPERATOR: By<'static> = By::Operator { user: "test" };

/// The account password of every account that [`TestService::account`] adds.
pub const ACCOUNT_PASSWORD: &str = "correct horse battery staple";

/// A service with what it is made of. Its database goes when it is dropped.
pub struct TestService {
    /// The service.
    pub service: Arc<Service>,
    /// Its database.
    pub store: Arc<dyn Store>,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// Its randomness.
    pub random: Arc<TestRandom>,
    /// What keeps what it would send.
    pub messenger: Arc<RecordingMessenger>,
    /// The seeds of the nodes on its database: no two have the same randomness.
    seed: AtomicU64,
}

impl TestService {
    /// A service with an empty database. The portal is at `https://portal.example.test`.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open() -> Self {
        let store = postern_storage_sql::open(&Location::SqliteInMemory).await.expect("a temporary database");
        Self::open_on(store).await
    }

    /// A service on a database that is there.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn open_on(store: Arc<dyn Store>) -> Self {
        Self::open_seeded(store, 1).await
    }

    /// A service with an empty database that gets access tokens from providers, all of which are `endpoint`.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open_with(providers: Vec<Provider>, endpoint: Arc<dyn TokenEndpoint>) -> Self {
        Self::open_for_owners(providers, endpoint, &[]).await
    }

    /// A service with an empty database whose owners are asked: for consents at `providers`, all of which are
    /// `endpoint`, and for mailbox passwords at `upstreams`.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open_for_owners(
        providers: Vec<Provider>,
        endpoint: Arc<dyn TokenEndpoint>,
        upstreams: &[&str],
    ) -> Self {
        let upstreams = upstreams.iter().map(|name| (*name).to_owned()).collect();
        Self::open_changed(|parts| {
            parts.providers = providers;
            parts.token_endpoint = endpoint;
            parts.mailbox_password_upstreams = upstreams;
        })
        .await
    }

    /// A service with an empty database where people may sign in through `providers`, all of which are `endpoint`.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open_with_identity_providers(
        providers: Vec<IdentityProvider>,
        endpoint: Arc<dyn TokenEndpoint>,
    ) -> Self {
        Self::open_changed(|parts| {
            parts.identity_providers = providers;
            parts.token_endpoint = endpoint;
        })
        .await
    }

    /// A service with an empty database whose portal is at another address.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open_at(portal_url: &str) -> Self {
        Self::open_changed(|parts| portal_url.clone_into(&mut parts.portal_url)).await
    }

    /// Another node on the same database: the same keys, a clock of its own.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn another_node(&self) -> Self {
        let seed = self.seed.fetch_add(1, Ordering::Relaxed) + 1;
        Self::open_seeded(Arc::clone(&self.store), seed).await
    }

    /// Another node on a database: same keys, its own clock, and randomness of its own (another seed than the other
    /// nodes'), so that they do not make the same identifiers.
    async fn open_seeded(store: Arc<dyn Store>, seed: u64) -> Self {
        Self::open_as(store, seed, |_| {}).await
    }

    /// A service with an empty database, made of other parts than the usual ones.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open_changed(change: impl FnOnce(&mut Parts)) -> Self {
        let store = postern_storage_sql::open(&Location::SqliteInMemory).await.expect("a temporary database");
        Self::open_as(store, 1, change).await
    }

    /// A node on a database, made of other parts than the usual ones: the same keys as every other node, a clock of its
    /// own, and the randomness of its seed.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn open_as(store: Arc<dyn Store>, seed: u64, change: impl FnOnce(&mut Parts)) -> Self {
        let clock = Arc::new(TestClock::default());
        let messenger = Arc::new(RecordingMessenger::default());
        let random = Arc::new(TestRandom::seeded(seed));
        let mut parts = Parts {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::clone(&random) as Arc<dyn Random>,
            keys: KeyRing::ephemeral(&TestRandom::seeded(0)),
            portal_url: "https://portal.example.test".to_owned(),
            hashing_permits: 2,
            messenger: Arc::clone(&messenger) as Arc<dyn Messenger>,
            providers: Vec::new(),
            token_endpoint: Arc::new(NoTokenEndpoint),
            identity_providers: Vec::new(),
            mailbox_password_upstreams: Vec::new(),
        };
        change(&mut parts);
        let service = Service::open(parts).await.expect("a service on a good database");
        Self { service, store, clock, random, messenger, seed: AtomicU64::new(seed) }
    }

    /// Adds a person with [`ACCOUNT_PASSWORD`].
    ///
    /// # Panics
    /// When the name is none, or taken.
    pub async fn account(&self, name: &str, mfa: MfaState) -> Account {
        self.add(name, mfa, Role::Member, AccountKind::Person).await
    }

    /// Adds a global administrator with [`ACCOUNT_PASSWORD`], MFA *Enforced*.
    ///
    /// # Panics
    /// When the name is none, or taken.
    pub async fn administrator(&self, name: &str) -> Account {
        self.add(name, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await
    }

    /// Adds an account.
    ///
    /// # Panics
    /// When the name is none, or taken.
    pub async fn add(&self, name: &str, mfa: MfaState, role: Role, kind: AccountKind) -> Account {
        let new = AddAccount {
            name: account_name(name),
            aliases: Vec::new(),
            kind,
            role,
            mfa: Some(mfa),
            password: Some(AccountPassword::typed(ACCOUNT_PASSWORD)),
        };
        self.service.add_account(OPERATOR, new).await.expect("the account is added")
    }

    /// Creates an app password for the SMTP door, from any network, without expiry.
    ///
    /// # Panics
    /// When the account is not there, or the name is taken.
    pub async fn app_password(&self, account: &str, name: &str) -> CreatedAppPassword {
        let new = app_password_for(account, name, [Door::Smtp]);
        self.service.create_app_password(OPERATOR, new).await.expect("the app password is created")
    }

    /// Signs in at the SMTP door from 192.0.2.7.
    ///
    /// # Panics
    /// When the service fails.
    pub async fn sign_in(&self, name: &str, secret: &str) -> DoorAnswer {
        self.service.sign_in_at_door(door_sign_in(name, secret)).await.expect("the service answers")
    }
}

/// What creates an app password with nothing out of the ordinary.
///
/// # Panics
/// When one of the names is none.
pub fn app_password_for(
    account: &str,
    name: &str,
    scope: impl IntoIterator<Item = Door>,
) -> CreateAppPassword {
    CreateAppPassword {
        account: account_name(account),
        name: name.parse().expect("an app-password name of 8 to 64 characters"),
        note: None,
        profile: Profile::Standard,
        scope: scope.into_iter().collect::<DoorSet>(),
        networks: Networks::any(),
        expires_at: None,
        idle_expiry: None,
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        from: None,
    }
}

/// An attempt at the SMTP door from 192.0.2.7.
#[must_use]
pub fn door_sign_in(name: &str, secret: &str) -> DoorSignIn {
    DoorSignIn {
        door: Door::Smtp,
        name: name.to_owned(),
        secret: TypedSecret::new(secret.as_bytes()),
        authorization_id: None,
        address: std::net::IpAddr::from([192, 0, 2, 7]),
        client: Some("client.example.test".to_owned()),
    }
}

/// An account name.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn account_name(name: &str) -> AccountName {
    name.parse().expect("an e-mail address")
}
