//! Settings that do not belong together keep the gateway from starting.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_gateway::tls::TlsMaterial;
use postern_gateway::{
    Gateway, GatewayConfig, HttpConfig, HttpRoute, Limits, ListenerConfig, ListenerKind, ListenerTls,
    ProxyProtocol,
};
use postern_testkit::TestService;
use postern_testkit::certificates::TestAuthority;

use crate::harness::{plain, routes};
use crate::upstream::FakeUpstream;

#[tokio::test]
async fn every_problem_is_named_at_once() {
    let upstream = FakeUpstream::hello().await;
    let identity = TestAuthority::new("of the doors").issue(&["localhost"]);
    let tls = TlsMaterial::from_pem(identity.chain.as_bytes(), identity.key.as_bytes()).unwrap();
    let mut target = plain(&upstream);
    target.doors = [Door::Dav].into_iter().collect();
    let route = |path: &str, door, upstream: &str| HttpRoute {
        host: None,
        path: path.to_owned(),
        door,
        upstream: Some(upstream.to_owned()),
    };
    let mut routes = routes();
    routes.extend([route("/a/", Door::Dav, "another one"), route("/b/", Door::Http, "web service")]);
    let config = GatewayConfig {
        host_name: "mail.example.test".to_owned(),
        listeners: vec![ListenerConfig {
            name: "https".to_owned(),
            address: "127.0.0.1:0".parse().unwrap(),
            kind: ListenerKind::Http,
            tls: ListenerTls::StartTls,
            proxy_protocol: ProxyProtocol::Off,
        }],
        upstreams: vec![target],
        http: HttpConfig { routes },
        limits: Limits::default(),
    };
    let service = TestService::open().await;
    let started = Gateway::start(config, Arc::clone(&service.service), tls).await;
    insta::assert_snapshot!(started.err().unwrap(), @r"
    route /a: the upstream another one is not there or not behind the door dav; correct the one or the other
    route /b: the upstream web service is not there or not behind the door http; correct the one or the other
    listener https: HTTP has TLS from the first octet only; use implicit
    ");
}
