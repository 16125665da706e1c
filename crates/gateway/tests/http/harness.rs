//! A gateway with an HTTP listener and everything that it needs.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::MfaState;
use postern_gateway::tls::TlsMaterial;
use postern_gateway::{
    Accounts, Gateway, GatewayConfig, HttpConfig, HttpRoute, Limits, ListenerConfig, ListenerKind,
    ListenerTls, ProxyProtocol, Trust, Upstream, UpstreamSignIn, UpstreamTls,
};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::{OPERATOR, TestService, app_password_for};

use crate::client::Client;
use crate::upstream::FakeUpstream;

/// The account of most tests.
pub(crate) const ANNA: &str = "anna@example.test";
/// The host that most requests are for.
pub(crate) const HOST: &str = "gate.example.test";

/// The doors of HTTP.
const DOORS: [Door; 8] = [
    Door::Ews,
    Door::ActiveSync,
    Door::Mapi,
    Door::Autodiscover,
    Door::Oab,
    Door::Dav,
    Door::SharePoint,
    Door::Http,
];

/// What is out of the ordinary about a gateway.
pub(crate) struct Setup {
    pub(crate) upstreams: Vec<Upstream>,
    pub(crate) routes: Vec<HttpRoute>,
    pub(crate) limits: Limits,
    pub(crate) proxy_protocol: ProxyProtocol,
    pub(crate) service: TestService,
}

impl Setup {
    pub(crate) async fn with(upstream: Upstream) -> Self {
        Self {
            upstreams: vec![upstream],
            routes: routes(),
            limits: Limits::default(),
            proxy_protocol: ProxyProtocol::Off,
            service: TestService::open().await,
        }
    }

    /// Adds Anna with an app password for all doors of HTTP and starts.
    pub(crate) async fn open(self) -> Doors {
        self.service.account(ANNA, MfaState::Enforced).await;
        let new = app_password_for(ANNA, "Sync program", DOORS);
        let created = self.service.service.create_app_password(OPERATOR, new).await.expect("an app password");
        let secret = created.secret.expose_canonical().to_owned();
        let authority = TestAuthority::new("of the doors");
        let identity = authority.issue(&["localhost"]);
        let tls = TlsMaterial::from_pem(identity.chain.as_bytes(), identity.key.as_bytes())
            .expect("a good certificate");
        let config = GatewayConfig {
            host_name: "mail.example.test".to_owned(),
            listeners: vec![ListenerConfig {
                name: "https".to_owned(),
                address: "127.0.0.1:0".parse().expect("an address"),
                kind: ListenerKind::Http,
                tls: ListenerTls::Implicit,
                proxy_protocol: self.proxy_protocol,
            }],
            upstreams: self.upstreams,
            http: HttpConfig { routes: self.routes },
            limits: self.limits,
        };
        let gateway =
            Gateway::start(config, Arc::clone(&self.service.service), tls).await.expect("the doors open");
        Doors { gateway, service: self.service, authority, secret, app_password: created.app_password.id }
    }
}

/// A running gateway.
pub(crate) struct Doors {
    pub(crate) gateway: Gateway,
    pub(crate) service: TestService,
    pub(crate) authority: TestAuthority,
    /// Anna's app password.
    pub(crate) secret: String,
    pub(crate) app_password: postern_domain::id::AppPasswordId,
}

impl Doors {
    /// Doors before an upstream in the clear that answers as it is told.
    pub(crate) async fn before(upstream: &FakeUpstream) -> Self {
        Setup::with(plain(upstream)).await.open().await
    }

    /// A client of HTTP/1.1.
    pub(crate) async fn client(&self) -> Client {
        let address = self.gateway.local_addr("https").expect("a listener of that name");
        Client::connect(address, &self.authority).await
    }

    /// Anna's field, with its line's end.
    pub(crate) fn authorization(&self) -> String {
        authorization(ANNA, &self.secret)
    }

    /// The beginning of Anna's request, up to the fields that are special about it.
    pub(crate) fn head(&self, line: &str) -> String {
        format!("{line} HTTP/1.1\r\nHost: {HOST}\r\n{}", self.authorization())
    }
}

/// An `Authorization` field, with its line's end.
pub(crate) fn authorization(user: &str, secret: &str) -> String {
    format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{user}:{secret}")))
}

/// The well-known ways, `/dav/`, and `/` for anything else.
pub(crate) fn routes() -> Vec<HttpRoute> {
    let own = [("/dav/", Door::Dav), ("/files/", Door::SharePoint), ("/web/", Door::Http)];
    let own = own.map(|(path, door)| HttpRoute { host: None, path: path.to_owned(), door, upstream: None });
    HttpRoute::well_known().into_iter().chain(own).collect()
}

/// An upstream in the clear, without sign-in, for all accounts and all doors of HTTP.
pub(crate) fn plain(upstream: &FakeUpstream) -> Upstream {
    Upstream {
        name: "web service".to_owned(),
        host: upstream.address.ip().to_string(),
        port: upstream.address.port(),
        tls: UpstreamTls::None,
        trust: Trust::Platform,
        client_certificate: None,
        proxy_header: false,
        forward_client: false,
        sign_in: UpstreamSignIn::None,
        probe: false,
        doors: DOORS.into_iter().collect::<DoorSet>(),
        accounts: Accounts::All,
    }
}

/// The same with TLS, by the name `localhost`, vouched for by `authority`.
pub(crate) fn secure(upstream: &FakeUpstream, authority: &TestAuthority) -> Upstream {
    Upstream {
        host: "localhost".to_owned(),
        tls: UpstreamTls::Implicit,
        trust: Trust::Only(authority.certificates()),
        ..plain(upstream)
    }
}
