//! What the tests of this crate share. Beside [`postern_testkit::TestService`], whose service is another compilation of
//! this crate, so that its inside cannot be looked at from here.

mod gate;
mod post;

use std::net::IpAddr;
use std::sync::Arc;

pub(crate) use gate::Gate;
pub(crate) use post::Post;
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{Account, AccountKind, AccountName, Role};
use postern_domain::app_password::{Profile, SenderRestriction, TypedSecret};
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::totp::{TotpSecret, TotpStep};
use postern_domain::network::Networks;
use postern_domain::sign_in::{Outcome, RefusalReference, SignInEvent};
use postern_domain::{Clock, Random};
use postern_storage::{EventFilter, Store};
use postern_storage_sql::Location;
pub(crate) use postern_testkit::{ACCOUNT_PASSWORD, TestClock, TestRandom, account_name};

use crate::account::AddAccount;
use crate::app_password::{CreateAppPassword, CreatedAppPassword};
use crate::door::{DoorAnswer, DoorSession, DoorSignIn};
use crate::keys::KeyRing;
use crate::messenger::{Messenger, NoMessenger};
use crate::portal::{
    FullSession, HalfSession, PortalSignIn, SessionToken, Standing, StartPortalSessionError,
    StartedPortalSession,
};
use crate::upstream::NoTokenEndpoint;
use crate::{By, Parts, Service};

pub(crate) const OPERATOR: By<'static> = By::Operator { user: "test" };
pub(crate) const ANNA: &str = "anna@example.test";

/// A service on a new SQLite database.
pub(crate) struct Fixture {
    pub(crate) service: Arc<Service>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) random: Arc<TestRandom>,
}

impl Fixture {
    pub(crate) async fn open() -> Self {
        let store = postern_storage_sql::open(&Location::SqliteInMemory).await.unwrap();
        Self::node(store, Arc::new(TestClock::default()), 1, 0).await
    }

    /// One whose portal lives elsewhere.
    pub(crate) async fn open_at(portal_url: &str) -> Self {
        let store = postern_storage_sql::open(&Location::SqliteInMemory).await.unwrap();
        let (clock, random) = (Arc::new(TestClock::default()), Arc::new(TestRandom::seeded(1)));
        let keys = KeyRing::ephemeral(&TestRandom::seeded(0));
        let parts = Parts { portal_url: portal_url.to_owned(), ..parts(&store, &clock, &random, keys) };
        let service = Service::open(parts).await.unwrap();
        Self { service, store, clock, random }
    }

    /// One that sends mail and text messages.
    pub(crate) async fn open_with_messenger(messenger: Arc<dyn Messenger>) -> Self {
        let store = postern_storage_sql::open(&Location::SqliteInMemory).await.unwrap();
        let (clock, random) = (Arc::new(TestClock::default()), Arc::new(TestRandom::seeded(1)));
        let keys = KeyRing::ephemeral(&TestRandom::seeded(0));
        let parts = Parts { messenger, ..parts(&store, &clock, &random, keys) };
        let service = Service::open(parts).await.unwrap();
        Self { service, store, clock, random }
    }

    /// Another node on the same database and clock.
    pub(crate) async fn another_node(&self) -> Self {
        Self::node(Arc::clone(&self.store), Arc::clone(&self.clock), 2, 0).await
    }

    /// Another node on the same database, reached through `store`.
    pub(crate) async fn node_through(&self, store: Arc<dyn Store>) -> Self {
        Self::node(store, Arc::clone(&self.clock), 2, 0).await
    }

    async fn node(store: Arc<dyn Store>, clock: Arc<TestClock>, seed: u64, keys: u64) -> Self {
        let random = Arc::new(TestRandom::seeded(seed));
        let keys = KeyRing::ephemeral(&TestRandom::seeded(keys));
        let service = Service::open(parts(&store, &clock, &random, keys)).await.unwrap();
        Self { service, store, clock, random }
    }

    pub(crate) async fn account(&self, name: &str, mfa: MfaState) -> Account {
        self.add(name, mfa, Role::Member, AccountKind::Person).await
    }

    pub(crate) async fn add(&self, name: &str, mfa: MfaState, role: Role, kind: AccountKind) -> Account {
        let new = AddAccount {
            name: account_name(name),
            aliases: Vec::new(),
            kind,
            role,
            mfa: Some(mfa),
            password: Some(AccountPassword::typed(ACCOUNT_PASSWORD)),
        };
        self.service.add_account(OPERATOR, new).await.unwrap()
    }

    /// An account without a password, which takes no time to add.
    pub(crate) async fn bare_account(&self, name: &str, mfa: MfaState) -> Account {
        let new = AddAccount {
            name: account_name(name),
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            mfa: Some(mfa),
            password: None,
        };
        self.service.add_account(OPERATOR, new).await.unwrap()
    }

    pub(crate) async fn app_password(&self, account: &str, name: &str) -> CreatedAppPassword {
        self.service.create_app_password(OPERATOR, new_app_password(account, name)).await.unwrap()
    }

    pub(crate) async fn sign_in(&self, name: &str, secret: &str) -> DoorAnswer {
        self.service.sign_in_at_door(attempt(name, secret)).await.unwrap()
    }

    /// Signs in and says how it went: `accepted`, `try later`, or the recorded reason of the refusal.
    pub(crate) async fn outcome(&self, attempt: DoorSignIn) -> &'static str {
        match self.service.sign_in_at_door(attempt).await.unwrap() {
            DoorAnswer::Accepted(_) => "accepted",
            DoorAnswer::TryLater => "try later",
            DoorAnswer::Refused(refusal) | DoorAnswer::LimitReached(refusal) => {
                self.reason(refusal.reference).await
            }
        }
    }

    pub(crate) async fn accepted(&self, name: &str, secret: &str) -> DoorSession {
        match self.sign_in(name, secret).await {
            DoorAnswer::Accepted(session) => *session,
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// Starts a portal session from 192.0.2.7.
    pub(crate) async fn start(
        &self,
        name: &str,
        password: &str,
    ) -> Result<StartedPortalSession, StartPortalSessionError> {
        self.start_over(name, password, None).await
    }

    /// Starts a portal session from somewhere else.
    pub(crate) async fn start_from(
        &self,
        address: IpAddr,
        name: &str,
        password: &str,
    ) -> Result<StartedPortalSession, StartPortalSessionError> {
        let sign_in = PortalSignIn { address, ..portal_sign_in(name, password) };
        self.service.start_portal_session(sign_in).await
    }

    /// Starts a portal session in a browser that has one.
    pub(crate) async fn start_over(
        &self,
        name: &str,
        password: &str,
        before: Option<&SessionToken>,
    ) -> Result<StartedPortalSession, StartPortalSessionError> {
        let replaces = before.and_then(|token| SessionToken::from_cookie(token.expose()));
        let sign_in = PortalSignIn { replaces, ..portal_sign_in(name, password) };
        self.service.start_portal_session(sign_in).await
    }

    /// A session with the first factor only.
    pub(crate) async fn half(&self, name: &str) -> HalfSession {
        match self.start(name, ACCOUNT_PASSWORD).await.unwrap().standing {
            Standing::AwaitingSecondFactor(half) | Standing::MustRegister(half) => half,
            Standing::Full(_) => panic!("no second factor was asked for"),
        }
    }

    /// Signs in and registers a first authenticator app. Gives its secret and the recovery codes.
    pub(crate) async fn enrol(&self, name: &str) -> (FullSession, TotpSecret, Vec<RecoveryCode>) {
        let half = self.half(name).await;
        let enrolment = self.service.begin_totp_enrolment(half.session()).await.unwrap();
        let code = self.code(&enrolment.secret);
        let finished =
            self.service.finish_totp_enrolment(half.session(), &enrolment.sealed, "Phone", &code).await;
        let (_, session, codes) = finished.unwrap();
        (session, enrolment.secret, codes.unwrap())
    }

    /// The code that an app shows now.
    pub(crate) fn code(&self, secret: &TotpSecret) -> String {
        secret.code_at(TotpStep::at(self.clock.now()))
    }

    /// Every event, oldest first.
    pub(crate) async fn events(&self) -> Vec<SignInEvent> {
        self.service.recorder.flush().await.unwrap();
        let filter = EventFilter { limit: 1000, ..EventFilter::default() };
        let mut events = self.store.snapshot().await.unwrap().sign_in_events(&filter).await.unwrap();
        // Made within one millisecond, they have no order of their own: the test's clock stands still.
        events.sort_by_key(|event| event.at);
        events
    }

    /// The kinds of the notices that somebody was told, newest first.
    pub(crate) async fn told(&self, account: postern_domain::id::AccountId) -> Vec<&'static str> {
        let notices = self.store.snapshot().await.unwrap().notices_of(account, None, 1000).await.unwrap();
        notices.iter().map(|notice| notice.text.kind.name()).collect()
    }

    /// What was recorded of a refusal.
    pub(crate) async fn refusal(&self, reference: RefusalReference) -> SignInEvent {
        self.service.recorder.flush().await.unwrap();
        let mut snapshot = self.store.snapshot().await.unwrap();
        snapshot.sign_in_event_by_reference(reference).await.unwrap().unwrap()
    }

    pub(crate) async fn reason(&self, reference: RefusalReference) -> &'static str {
        match self.refusal(reference).await.outcome {
            Outcome::Refused { reason, .. } => reason.name(),
            Outcome::Accepted { .. } => unreachable!("an accepted one has no reference"),
        }
    }
}

pub(crate) fn parts(
    store: &Arc<dyn Store>,
    clock: &Arc<TestClock>,
    random: &Arc<TestRandom>,
    keys: KeyRing,
) -> Parts {
    Parts {
        store: Arc::clone(store),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        random: Arc::clone(random) as Arc<dyn Random>,
        keys,
        portal_url: "https://portal.example.test".to_owned(),
        hashing_permits: 2,
        providers: Vec::new(),
        token_endpoint: Arc::new(NoTokenEndpoint),
        identity_providers: Vec::new(),
        mailbox_password_upstreams: Vec::new(),
        messenger: Arc::new(NoMessenger),
    }
}

pub(crate) fn new_app_password(account: &str, name: &str) -> CreateAppPassword {
    CreateAppPassword {
        account: account_name(account),
        name: name.parse().unwrap(),
        note: None,
        profile: Profile::Standard,
        scope: [Door::Smtp].into_iter().collect(),
        networks: Networks::any(),
        expires_at: None,
        idle_expiry: None,
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        from: None,
    }
}

/// From 192.0.2.7.
pub(crate) fn portal_sign_in(name: &str, password: &str) -> PortalSignIn {
    PortalSignIn {
        name: name.to_owned(),
        password: AccountPassword::typed(password),
        remembered: None,
        replaces: None,
        address: IpAddr::from([192, 0, 2, 7]),
        user_agent: "Browser/1.0".to_owned(),
    }
}

/// At the SMTP door, from 192.0.2.7.
pub(crate) fn attempt(name: &str, secret: &str) -> DoorSignIn {
    DoorSignIn {
        door: Door::Smtp,
        name: name.to_owned(),
        secret: TypedSecret::new(secret.as_bytes()),
        authorization_id: None,
        address: IpAddr::from([192, 0, 2, 7]),
        client: Some("client.example.test".to_owned()),
    }
}

/// The name, where a test has the text.
pub(crate) fn name(text: &str) -> AccountName {
    account_name(text)
}
