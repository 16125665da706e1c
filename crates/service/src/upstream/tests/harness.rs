//! The provider of the test kit behind the service's own trait, and sessions that ask.

use crate::AuthorizationResponse;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_storage::{AuditFilter, ConsentRecord};
use postern_testkit::FakeProvider;
use postern_testkit::oauth_provider::Callback;
use zeroize::Zeroizing;

use crate::Service;
use crate::door::DoorSession;
use crate::keys::KeyRing;
use crate::portal::FullSession;
use crate::testing::{ANNA, Fixture, TestClock, TestRandom, parts};
use crate::upstream::{
    ClientAuthentication, ClientSecret, Delegation, EndpointAnswer, EndpointProblem, EndpointRequest, Grant,
    Identity, IdentityClaim, Provider, TokenEndpoint,
};

pub(super) const TOKEN_ENDPOINT: &str = "https://login.example.test/token";

struct Endpoint(Arc<FakeProvider>);

#[async_trait]
impl TokenEndpoint for Endpoint {
    async fn post(&self, request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        let authorization = request.authorization.as_deref().map(String::as_str);
        let answer = self.0.answer(request.url.as_str(), authorization, &request.form).await;
        let body = Zeroizing::new(answer.body.into_bytes());
        Ok(EndpointAnswer {
            status: answer.status,
            retry_after: answer.retry_after.map(Duration::from_secs),
            body,
        })
    }
}

/// A provider and a node that asks it.
pub(super) struct Setting {
    pub(super) provider: Arc<FakeProvider>,
    pub(super) fixture: Fixture,
}

impl Setting {
    pub(super) async fn with(grant: Grant) -> Self {
        let provider = FakeProvider::new();
        let store = postern_storage_sql::open(&postern_storage_sql::Location::SqliteInMemory).await.unwrap();
        let fixture = node(&provider, &store, &Arc::default(), 1, grant).await;
        Self { provider, fixture }
    }

    /// With a provider that asks owners.
    pub(super) async fn delegated() -> Self {
        Self::with(delegation(true)).await
    }

    /// Anna with both factors, in the portal.
    pub(super) async fn anna_in_the_portal(&self) -> FullSession {
        self.fixture.account(ANNA, MfaState::Enabled).await;
        let (session, _, _) = self.fixture.enrol(ANNA).await;
        session
    }

    /// Anna's session at the SMTP door, when she has an account.
    pub(super) async fn at_the_door(&self) -> Arc<DoorSession> {
        let secret = self.fixture.app_password(ANNA, "Contact form").await.secret.expose_grouped();
        Arc::new(self.fixture.accepted(ANNA, &secret).await)
    }

    /// Connects Anna's mailbox, by consent in the portal.
    pub(super) async fn connect(&self, session: &FullSession) {
        let start = self.service().begin_consent(session, "fake").await.unwrap();
        let callback = callback(&self.provider.consent(&start.url, ANNA));
        assert_eq!(self.service().finish_consent(session, callback).await.unwrap(), "fake");
    }

    /// What is stored of Anna's consent.
    pub(super) async fn record(&self, session: &FullSession) -> Option<ConsentRecord> {
        let mut snapshot = self.fixture.store.snapshot().await.unwrap();
        snapshot.consent(session.account().id, "fake").await.unwrap()
    }

    /// How often an operation was recorded.
    pub(super) async fn recorded(&self, operation: Operation) -> usize {
        let mut snapshot = self.fixture.store.snapshot().await.unwrap();
        let filter = AuditFilter { operation: Some(operation), limit: 100, ..AuditFilter::default() };
        snapshot.audit_records(&filter).await.unwrap().len()
    }

    pub(super) fn service(&self) -> &Arc<Service> {
        &self.fixture.service
    }

    /// Anna's session at the SMTP door.
    pub(super) async fn anna(&self) -> Arc<DoorSession> {
        self.fixture.account(ANNA, MfaState::Enforced).await;
        let secret = self.fixture.app_password(ANNA, "Contact form").await.secret.expose_grouped();
        Arc::new(self.fixture.accepted(ANNA, &secret).await)
    }

    /// The text of the token that the session gets.
    pub(super) async fn token(&self, session: &DoorSession) -> String {
        let token = self.service().upstream_token("fake", session).await.unwrap();
        token.access_token.as_str().to_owned()
    }
}

/// A node on a database that asks `provider`.
pub(super) async fn node(
    provider: &Arc<FakeProvider>,
    store: &Arc<dyn postern_storage::Store>,
    clock: &Arc<TestClock>,
    seed: u64,
    grant: Grant,
) -> Fixture {
    let random = Arc::new(TestRandom::seeded(seed));
    let mut parts = parts(store, clock, &random, KeyRing::ephemeral(&TestRandom::seeded(0)));
    parts.providers = vec![registration(grant)];
    parts.token_endpoint = Arc::new(Endpoint(Arc::clone(provider)));
    let service = Service::open(parts).await.unwrap();
    Fixture { service, store: Arc::clone(store), clock: Arc::clone(clock), random }
}

/// What the owner's browser brings back.
pub(super) fn callback(from: &Callback) -> AuthorizationResponse {
    AuthorizationResponse {
        state: from.state.clone(),
        code: Some(from.code.clone()),
        issuer: Some("https://login.example.test".to_owned()),
        ..AuthorizationResponse::default()
    }
}

pub(super) fn delegation(identity_required: bool) -> Grant {
    Grant::Delegated(Delegation {
        authorization_endpoint: "https://login.example.test/authorize".parse().unwrap(),
        device_endpoint: Some("https://login.example.test/device".parse().unwrap()),
        userinfo_endpoint: Some("https://login.example.test/userinfo".parse().unwrap()),
        issuer: Some("https://login.example.test".to_owned()),
        parameters: vec![("access_type".to_owned(), "offline".to_owned())],
        identity: Identity { claims: vec![IdentityClaim::PreferredUsername], required: identity_required },
    })
}

/// Postern at the provider.
pub(super) fn registration(grant: Grant) -> Provider {
    Provider {
        name: "fake".to_owned(),
        client_id: "postern".to_owned(),
        authentication: ClientAuthentication::SecretInForm(ClientSecret::new("client-secret-needle")),
        token_endpoint: TOKEN_ENDPOINT.parse().unwrap(),
        scopes: vec!["mail".to_owned()],
        grant,
    }
}
