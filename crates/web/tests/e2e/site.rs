//! The portal on a loopback port, and what a person does there again and again.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::door::{Door, DoorSet};
use postern_domain::{Clock as _, Random};
use postern_service::outside::IdentityProvider;
use postern_service::upstream::{Provider, TokenEndpoint};
use postern_testkit::{ACCOUNT_PASSWORD, Browser, FakeIdentityProvider, TestRandom, TestService, totp_code};
use postern_web::{ConnectionHint, PortalConfig, ServeLimits, TransportSecurity};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A running portal. It ends with the test.
pub(crate) struct Site {
    pub(crate) test: TestService,
    pub(crate) origin: String,
    pub(crate) port: u16,
    _tls: watch::Sender<Arc<ServerConfig>>,
}

/// What a person keeps after registration.
pub(crate) struct Person {
    pub(crate) key: String,
    pub(crate) codes: Vec<String>,
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::over(TestService::open().await).await
    }

    /// A portal that knows its own port, so that browsers make passkeys for it.
    pub(crate) async fn for_passkeys() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the test can be set up");
        let port = listener.local_addr().expect("the test can be set up").port();
        let test = TestService::open_at(&format!("https://portal.example.test:{port}")).await;
        Self::on(listener, test)
    }

    /// A portal with everything that one can have: passkeys, a mailbox to connect, one with a password, an identity provider.
    pub(crate) async fn with_everything(
        consents: Provider,
        staff: IdentityProvider,
        endpoint: Arc<dyn TokenEndpoint>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the test can be set up");
        let port = listener.local_addr().expect("the test can be set up").port();
        let test = TestService::open_changed(|parts| {
            parts.portal_url = format!("https://portal.example.test:{port}");
            parts.providers = vec![consents];
            parts.identity_providers = vec![staff];
            parts.mailbox_password_upstreams = vec!["old dovecot".to_owned()];
            parts.token_endpoint = endpoint;
        })
        .await;
        Self::on(listener, test)
    }

    /// A portal whose owners connect their mailbox, or enter its password.
    pub(crate) async fn for_owners(provider: Provider, endpoint: Arc<dyn TokenEndpoint>) -> Self {
        Self::over(TestService::open_for_owners(vec![provider], endpoint, &["old dovecot"]).await).await
    }

    /// A portal where people may sign in through a provider.
    pub(crate) async fn with_identity_provider(provider: Arc<FakeIdentityProvider>) -> Self {
        let registration = provider.registration("Staff");
        let endpoint = provider as Arc<dyn TokenEndpoint>;
        Self::over(TestService::open_with_identity_providers(vec![registration], endpoint).await).await
    }

    async fn over(test: TestService) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.expect("the test can be set up"), test)
    }

    fn on(listener: TcpListener, test: TestService) -> Self {
        let port = listener.local_addr().expect("the test can be set up").port();
        let origin = format!("https://portal.example.test:{port}");
        let hint = |port, security| ConnectionHint {
            door: Door::Smtp,
            host: "mail.example.test".to_owned(),
            port,
            security,
        };
        let config = PortalConfig {
            origin: origin.parse().expect("the test can be set up"),
            product: "Postern".to_owned(),
            organization: Some("Example University".to_owned()),
            doors: DoorSet::from_iter([Door::Smtp]),
            hints: vec![hint(465, TransportSecurity::Tls), hint(587, TransportSecurity::StartTls)],
            trusted_proxies: Vec::new(),
            api_requests_per_minute: 600,
            random: Arc::new(TestRandom::seeded(7)) as Arc<dyn Random>,
        };
        let router = postern_web::router(Arc::clone(&test.service), config);
        let (tls, receiver) = watch::channel(certificate());
        let limits = ServeLimits::default();
        tokio::spawn(postern_web::serve(listener, receiver, router, limits, std::future::pending()));
        Self { test, origin, port, _tls: tls }
    }

    /// Fills in the sign-in form that is open.
    pub(crate) async fn sign_in(&self, browser: &Browser, name: &str) {
        browser.fill("#username", name).await;
        browser.fill("#password", ACCOUNT_PASSWORD).await;
        browser.click("main button.primary").await;
    }

    /// Registers an authenticator app on the page that is open, by the typed key.
    pub(crate) async fn enrol(&self, browser: &Browser) -> Person {
        let key = browser.text("#typed-key").await;
        browser.fill("#code", &self.code(&key)).await;
        browser.click("main button.primary").await;
        let codes = browser.text(".codes").await.lines().map(|line| line.trim().to_owned()).collect();
        Person { key, codes }
    }

    /// The code of an authenticator app, of a step that was not used yet.
    pub(crate) fn code(&self, key: &str) -> String {
        self.test.clock.advance(Duration::from_secs(30));
        totp_code(key, self.test.clock.now())
    }
}

fn certificate() -> Arc<ServerConfig> {
    let made = rcgen::generate_simple_self_signed(vec!["portal.example.test".to_owned()])
        .expect("the test can be set up");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("the test can be set up");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the test can be set up")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("the test can be set up");
    Arc::new(config)
}
