//! A gateway with everything that it needs.

use std::net::SocketAddr;
use std::sync::Arc;

use postern_domain::door::Door;
use postern_domain::id::AppPasswordId;
use postern_domain::mfa::MfaState;
use postern_gateway::tls::TlsMaterial;
use postern_gateway::{
    Accounts, Gateway, GatewayConfig, HttpConfig, HttpRoute, Limits, ListenerConfig, ListenerKind,
    ListenerTls, ProxyProtocol, Trust, Upstream, UpstreamSignIn, UpstreamTls,
};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};
use postern_testkit::{OPERATOR, TestService, app_password_for};

/// The account of most tests.
pub(crate) const ANNA: &str = "anna@example.test";

/// What a program is told whose upstream cannot be had.
pub(crate) const NO_UPSTREAM: &str = "454 4.7.0 The mail server behind this door cannot be used at the moment; the \
     password was not refused, try again later";

/// A message with header, dots at line starts and octets beyond ASCII.
pub(crate) const MESSAGE: &[u8] =
    b"From: Anna <anna@example.test>\r\nSubject: Contact form\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n..dots\r\n";

/// What is out of the ordinary about a gateway.
pub(crate) struct Setup {
    pub(crate) upstreams: Vec<Upstream>,
    pub(crate) limits: Limits,
    pub(crate) proxy_protocol: ProxyProtocol,
    pub(crate) service: TestService,
}

impl Setup {
    pub(crate) async fn with(upstream: Upstream) -> Self {
        Self {
            upstreams: vec![upstream],
            limits: Limits::default(),
            proxy_protocol: ProxyProtocol::Off,
            service: TestService::open().await,
        }
    }

    /// Adds Anna with an app password and starts the doors.
    pub(crate) async fn open(self) -> Doors {
        self.service.account(ANNA, MfaState::Enforced).await;
        let scope = [Door::Smtp, Door::Imap, Door::Pop3, Door::ManageSieve, Door::Dav];
        let mut new = app_password_for(ANNA, "Contact form", scope);
        // Some tests have a thousand sessions of it, and sign in a thousand times.
        new.limits.sessions = Some("5000".parse().expect("a number"));
        new.limits.sign_ins_per_minute = Some("5000".parse().expect("a number"));
        let created = self.service.service.create_app_password(OPERATOR, new).await.expect("an app password");
        let secret = created.secret.expose_canonical().to_owned();
        self.open_as(secret, created.app_password.id).await
    }

    /// Starts the doors on a database that has Anna with that app password.
    pub(crate) async fn open_as(self, secret: String, app_password: AppPasswordId) -> Doors {
        let authority = TestAuthority::new("of the doors");
        let identity = authority.issue(&["localhost"]);
        let tls = TlsMaterial::from_pem(identity.chain.as_bytes(), identity.key.as_bytes())
            .expect("a good certificate");
        let config = GatewayConfig {
            host_name: "mail.example.test".to_owned(),
            listeners: listeners(&self.proxy_protocol),
            upstreams: self.upstreams,
            http: HttpConfig { routes: vec![dav()] },
            limits: self.limits,
        };
        let gateway = Gateway::start(config, Arc::clone(&self.service.service), Arc::clone(&tls))
            .await
            .expect("the doors open");
        Doors { gateway, service: self.service, authority, tls, secret, app_password }
    }
}

/// A running gateway.
pub(crate) struct Doors {
    pub(crate) gateway: Gateway,
    pub(crate) service: TestService,
    pub(crate) authority: TestAuthority,
    pub(crate) tls: Arc<TlsMaterial>,
    /// Anna's app password.
    pub(crate) secret: String,
    pub(crate) app_password: AppPasswordId,
}

impl Doors {
    /// Doors before a fake upstream that is like most.
    pub(crate) async fn open() -> (Self, FakeUpstream) {
        let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
        (Setup::with(smart_host(upstream.address)).await.open().await, upstream)
    }

    pub(crate) fn address(&self, listener: &str) -> SocketAddr {
        self.gateway.local_addr(listener).expect("a listener of that name")
    }

    /// A client at the STARTTLS listener, protected, after EHLO.
    pub(crate) async fn submission(&self) -> SmtpClient {
        let mut client = SmtpClient::connect(self.address("submission")).await;
        client.start_tls(&self.authority).await;
        client
    }

    /// A client at the implicit-TLS listener, after EHLO.
    pub(crate) async fn submissions(&self) -> SmtpClient {
        let mut client = SmtpClient::connect_tls(self.address("submissions"), &self.authority).await;
        client.reply().await;
        client.command("EHLO client.example.test").await;
        client
    }

    /// A client that has signed in as Anna.
    pub(crate) async fn signed_in(&self) -> SmtpClient {
        let mut client = self.submissions().await;
        let reply = client.auth_plain(ANNA, &self.secret).await;
        assert_eq!(reply, "235 2.7.0 Authentication succeeded");
        client
    }
}

/// A smart host in the clear, without sign-in, for all accounts, not probed.
pub(crate) fn smart_host(address: SocketAddr) -> Upstream {
    Upstream {
        name: "smart host".to_owned(),
        host: address.ip().to_string(),
        port: address.port(),
        tls: UpstreamTls::None,
        trust: Trust::Platform,
        client_certificate: None,
        proxy_header: false,
        forward_client: false,
        sign_in: UpstreamSignIn::None,
        probe: false,
        doors: [Door::Smtp].into_iter().collect(),
        accounts: Accounts::All,
    }
}

/// A smart host with TLS, by the name `localhost`, vouched for by `authority`.
pub(crate) fn secure_smart_host(
    address: SocketAddr,
    tls: UpstreamTls,
    authority: &TestAuthority,
) -> Upstream {
    Upstream {
        host: "localhost".to_owned(),
        tls,
        trust: Trust::Only(authority.certificates()),
        ..smart_host(address)
    }
}

/// The one route of the HTTP listener, which stands for all of them here.
fn dav() -> HttpRoute {
    HttpRoute { host: None, path: "/dav/".to_owned(), door: Door::Dav, upstream: None }
}

/// For each protocol one with STARTTLS and one with TLS from the first octet; for HTTP the latter.
fn listeners(proxy_protocol: &ProxyProtocol) -> Vec<ListenerConfig> {
    let smtp = ListenerKind::Smtp { legacy_auth_line: false };
    let named = [
        ("submission", "submissions", smtp),
        ("imap", "imaps", ListenerKind::Imap),
        ("pop3", "pop3s", ListenerKind::Pop3),
        ("sieve", "sieves", ListenerKind::ManageSieve),
    ];
    let both = named.into_iter().flat_map(|(start_tls, implicit, kind)| {
        [(start_tls, ListenerTls::StartTls, kind), (implicit, ListenerTls::Implicit, kind)]
    });
    let https = [("https", ListenerTls::Implicit, ListenerKind::Http)];
    both.chain(https).map(|(name, tls, kind)| listener(name, kind, tls, proxy_protocol)).collect()
}

fn listener(
    name: &str,
    kind: ListenerKind,
    tls: ListenerTls,
    proxy_protocol: &ProxyProtocol,
) -> ListenerConfig {
    ListenerConfig {
        name: name.to_owned(),
        address: "127.0.0.1:0".parse().expect("an address"),
        kind,
        tls,
        proxy_protocol: proxy_protocol.clone(),
    }
}
