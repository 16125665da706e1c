//! The configuration of the doors, as the gateway takes it.

use postern_gateway as gateway;
use postern_gateway::{GatewayConfig, HttpConfig, ListenerConfig, ListenerKind, ProxyProtocol};

use super::upstreams::upstreams;
use super::{ServeError, host_name};
use crate::config::{self, Config, Listener, ListenerTls, Protocol};

/// Everything for the gateway.
///
/// # Errors
/// [`ServeError::UpstreamFile`].
pub fn doors(config: &Config) -> Result<GatewayConfig, ServeError> {
    let name = config.smtp.host_name.as_ref().map_or_else(host_name, |name| name.0.clone());
    Ok(GatewayConfig {
        host_name: name,
        listeners: listeners(config),
        upstreams: upstreams(config)?,
        http: routes(config),
        limits: limits(&config.limits),
    })
}

/// The limits, as the gateway takes them. What is not configurable keeps its default.
pub(super) fn limits(limits: &config::Limits) -> gateway::Limits {
    gateway::Limits {
        message_size: limits.message_size.0,
        connections: limits.connections.0 as usize,
        unsigned: limits.unsigned_connections.0 as usize,
        unsigned_per_network: limits.unsigned_connections_per_network.0 as usize,
        sign_in: limits.sign_in_time,
        client_silence: limits.idle_time,
        mailbox_silence: limits.mailbox_idle_time,
        probe_interval: limits.probe_interval,
        ..gateway::Limits::default()
    }
}

/// The ways of HTTP requests.
pub(super) fn routes(config: &Config) -> HttpConfig {
    let route = |route: &config::HttpRoute| gateway::HttpRoute {
        host: route.host.clone(),
        path: route.path.clone(),
        door: route.door,
        upstream: route.upstream.clone(),
    };
    HttpConfig { routes: config.http.routes.iter().map(route).collect() }
}

/// The name of a listener: the same before and after a reload.
pub(super) fn listener_name(protocol: Protocol, position: usize, listener: &Listener) -> String {
    let kind = match (protocol, listener.tls) {
        (Protocol::Smtp, ListenerTls::StartTls | ListenerTls::EndedInFront) => "submission",
        (Protocol::Smtp, ListenerTls::Implicit) => "submissions",
        (Protocol::Imap, ListenerTls::StartTls | ListenerTls::EndedInFront) => "imap",
        (Protocol::Imap, ListenerTls::Implicit) => "imaps",
        (Protocol::Pop3, ListenerTls::StartTls | ListenerTls::EndedInFront) => "pop3",
        (Protocol::Pop3, ListenerTls::Implicit) => "pop3s",
        (Protocol::ManageSieve, ListenerTls::StartTls | ListenerTls::EndedInFront) => "sieve",
        (Protocol::ManageSieve, ListenerTls::Implicit) => "sieves",
        (Protocol::Http, _) => "https",
    };
    format!("{kind}-{}", position + 1)
}

fn listeners(config: &Config) -> Vec<ListenerConfig> {
    let of = |protocol: Protocol| {
        let kind = match protocol {
            Protocol::Smtp => ListenerKind::Smtp { legacy_auth_line: config.smtp.legacy_auth_line },
            Protocol::Imap => ListenerKind::Imap,
            Protocol::Pop3 => ListenerKind::Pop3,
            Protocol::ManageSieve => ListenerKind::ManageSieve,
            Protocol::Http => ListenerKind::Http,
        };
        let each = move |(position, listener): (usize, &Listener)| ListenerConfig {
            name: listener_name(protocol, position, listener),
            address: listener.listen,
            kind,
            tls: match listener.tls {
                ListenerTls::StartTls => gateway::ListenerTls::StartTls,
                ListenerTls::Implicit => gateway::ListenerTls::Implicit,
                ListenerTls::EndedInFront => gateway::ListenerTls::EndedInFront,
            },
            proxy_protocol: if listener.proxy_protocol_from.is_empty() {
                ProxyProtocol::Off
            } else {
                ProxyProtocol::From(listener.proxy_protocol_from.clone())
            },
        };
        config.listeners(protocol).iter().enumerate().map(each)
    };
    Protocol::ALL.into_iter().flat_map(of).collect()
}
