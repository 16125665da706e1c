//! A service with one provider or two, and browsers that go there and come back.

use postern_service::AuthorizationResponse;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use postern_domain::account::Account;
use postern_domain::audit::{AuditRecord, Operation};
use postern_domain::mfa::MfaState;
use postern_domain::outside_identity::Subject;
use postern_domain::sign_in::{Outcome, SignInEvent};
use postern_service::outside::{
    IdentityProvider, LinkIdentity, LinkRule, OutsideBrowser, OutsideError, OutsideFinish,
};
use postern_service::portal::{FullSession, SessionToken, Standing, StartedPortalSession};
use postern_storage::{AuditFilter, EventFilter};
use postern_testkit::{FakeIdentityProvider, FakeIdentityProviders, OPERATOR, TestService, account_name};
use serde_json::{Value, json};

pub(crate) const ANNA: &str = "anna@example.test";
pub(crate) const ISSUER: &str = "https://login.example.test/realms/staff";

pub(crate) struct Setting {
    pub(crate) test: TestService,
    pub(crate) provider: Arc<FakeIdentityProvider>,
    /// Another provider, `Other`.
    pub(crate) other: Arc<FakeIdentityProvider>,
}

/// The browser that everything is begun in.
pub(crate) const BROWSER: OutsideBrowser<'static> = browser("visitor");

/// A browser, by its cookie.
pub(crate) const fn browser(visitor: &str) -> OutsideBrowser<'_> {
    OutsideBrowser { visitor, address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)), user_agent: "Browser/1.0" }
}

/// Anna at the provider, without a second factor.
pub(crate) fn anna() -> Value {
    json!({ "sub": "248289761001", "email": ANNA, "email_verified": true })
}

impl Setting {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// With another registration than the usual one.
    pub(crate) async fn with(change: impl FnOnce(&mut IdentityProvider)) -> Self {
        let (provider, other) =
            (FakeIdentityProvider::new(ISSUER), FakeIdentityProvider::new("https://other.example.test"));
        let mut registration = provider.registration("Staff");
        change(&mut registration);
        let registrations = vec![registration, other.registration("Other")];
        let both = FakeIdentityProviders(vec![Arc::clone(&provider), Arc::clone(&other)]);
        let test = TestService::open_with_identity_providers(registrations, Arc::new(both)).await;
        Self { test, provider, other }
    }

    /// Where whoever comes for the first time is found by the address that the provider vouches for, and gets an account.
    pub(crate) async fn welcoming() -> Self {
        let change = |provider: &mut IdentityProvider| {
            provider.link = LinkRule::ByVerifiedEmail;
            provider.create = true;
        };
        Self::with(change).await
    }

    /// Anna's account, linked.
    pub(crate) async fn linked(&self, mfa: MfaState) -> Account {
        let account = self.test.account(ANNA, mfa).await;
        self.link(ANNA, "248289761001").await;
        account
    }

    pub(crate) async fn link(&self, account: &str, subject: &str) {
        let subject: Subject = subject.parse().expect("a subject");
        let link = LinkIdentity { account: account_name(account), provider: "Staff".to_owned(), subject };
        self.test.service.link_outside_identity(OPERATOR, link).await.expect("the service answers");
    }

    /// Goes to the provider, signs in there as `claims` say, and gives what comes back.
    pub(crate) async fn go(&self, claims: &Value) -> AuthorizationResponse {
        let begun = self.test.service.begin_outside_sign_in(&BROWSER, "Staff", "/sessions").await;
        self.provider.sign_in(&begun.expect("the service answers").url, claims)
    }

    pub(crate) async fn come_back(
        &self,
        answer: AuthorizationResponse,
    ) -> Result<OutsideFinish, OutsideError> {
        self.test.service.finish_outside(&BROWSER, None, answer).await
    }

    /// The whole way.
    pub(crate) async fn sign_in(&self, claims: &Value) -> Result<StartedPortalSession, OutsideError> {
        let answer = self.go(claims).await;
        match self.come_back(answer).await? {
            OutsideFinish::SignedIn { started, next } => {
                assert_eq!(next, "/sessions");
                Ok(*started)
            }
            other => panic!("it was to sign in: {other:?}"),
        }
    }

    /// Why the whole way failed.
    pub(crate) async fn refused(&self, claims: &Value) -> String {
        self.sign_in(claims)
            .await
            .expect_err("it is refused")
            .to_string()
            .split(" (ref ")
            .next()
            .expect("a first part")
            .to_owned()
    }

    /// Claims with a second factor `ago` seconds ago.
    pub(crate) fn with_mfa(&self, ago: i64) -> Value {
        let mut claims = anna();
        claims["amr"] = json!(["pwd", "mfa"]);
        claims["auth_time"] = (self.test.service.clock().now().as_seconds() - ago).into();
        claims
    }

    /// Anna in the portal with her provider's second factor.
    pub(crate) async fn inside(&self) -> (SessionToken, FullSession) {
        let started = self.sign_in(&self.with_mfa(0)).await.expect("the service answers");
        (started.token, started.standing.full().expect("she is in"))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.test.clock.advance(std::time::Duration::from_secs(seconds));
        self.provider.at(self.test.service.clock().now());
    }

    pub(crate) async fn records(&self, operation: Operation) -> Vec<AuditRecord> {
        let filter = AuditFilter { operation: Some(operation), limit: 100, ..AuditFilter::default() };
        self.test
            .store
            .snapshot()
            .await
            .expect("the service answers")
            .audit_records(&filter)
            .await
            .expect("the service answers")
    }

    /// The events that were written, oldest first: what was used, and the reason of a refusal.
    pub(crate) async fn events(&self) -> Vec<String> {
        self.test.service.close().await;
        let filter = EventFilter { limit: 100, ..EventFilter::default() };
        let mut events = self
            .test
            .store
            .snapshot()
            .await
            .expect("the service answers")
            .sign_in_events(&filter)
            .await
            .expect("the service answers");
        events.reverse();
        let words = |event: &SignInEvent| match event.outcome {
            Outcome::Accepted { .. } => format!("{:?} accepted", event.credential),
            Outcome::Refused { reason, .. } => format!("{:?} {}", event.credential, reason.name()),
        };
        events.iter().map(words).collect()
    }
}

/// How far somebody got.
pub(crate) fn how_far(standing: &Standing) -> &'static str {
    match standing {
        Standing::AwaitingSecondFactor(_) => "a second factor is asked for",
        Standing::MustRegister(_) => "a method must be registered",
        Standing::Full(_) => "in",
    }
}
