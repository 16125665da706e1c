//! The configuration of the doors, as the gateway takes it.

use std::fs;

use postern_domain::door::Door;
use postern_gateway as gateway;
use postern_gateway::tls::{TlsMaterialError, certificates_from_pem};
use postern_gateway::{
    Accounts, GatewayConfig, HttpConfig, ListenerConfig, ListenerKind, ProxyProtocol, Trust, UpstreamSignIn,
};

use super::{ServeError, host_name};
use crate::config::{self, Config, ListenerTls, SignIn, SmtpListener, UpstreamTls};

/// Everything for the gateway.
///
/// # Errors
/// [`ServeError::CaFile`].
pub fn doors(config: &Config) -> Result<GatewayConfig, ServeError> {
    let name = config.smtp.host_name.as_ref().map_or_else(host_name, |name| name.0.clone());
    let listener = |(position, listener)| self::listener(position, listener, config.smtp.legacy_auth_line);
    Ok(GatewayConfig {
        host_name: name,
        listeners: config.smtp.listeners.iter().enumerate().map(listener).collect(),
        upstreams: upstreams(config)?,
        http: HttpConfig::default(),
        limits: limits(&config.limits),
    })
}

/// The upstreams.
///
/// # Errors
/// [`ServeError::CaFile`].
pub fn upstreams(config: &Config) -> Result<Vec<gateway::Upstream>, ServeError> {
    config.upstreams.iter().map(upstream).collect()
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
        probe_interval: limits.probe_interval,
        ..gateway::Limits::default()
    }
}

/// The name of a listener: the same before and after a reload.
pub(super) fn listener_name(position: usize, listener: &SmtpListener) -> String {
    let kind = match listener.tls {
        ListenerTls::StartTls => "submission",
        ListenerTls::Implicit => "submissions",
    };
    format!("{kind}-{}", position + 1)
}

fn listener(position: usize, listener: &SmtpListener, legacy_auth_line: bool) -> ListenerConfig {
    ListenerConfig {
        name: listener_name(position, listener),
        address: listener.listen,
        kind: ListenerKind::Smtp { legacy_auth_line },
        tls: match listener.tls {
            ListenerTls::StartTls => gateway::ListenerTls::StartTls,
            ListenerTls::Implicit => gateway::ListenerTls::Implicit,
        },
        proxy_protocol: if listener.proxy_protocol_from.is_empty() {
            ProxyProtocol::Off
        } else {
            ProxyProtocol::From(listener.proxy_protocol_from.clone())
        },
    }
}

fn upstream(upstream: &config::Upstream) -> Result<gateway::Upstream, ServeError> {
    Ok(gateway::Upstream {
        name: upstream.name.clone(),
        host: upstream.host.0.clone(),
        port: upstream.port,
        tls: match upstream.tls {
            UpstreamTls::None => gateway::UpstreamTls::None,
            UpstreamTls::StartTls => gateway::UpstreamTls::StartTls,
            UpstreamTls::Implicit => gateway::UpstreamTls::Implicit,
        },
        trust: trust(upstream)?,
        client_certificate: None,
        proxy_header: false,
        forward_client: false,
        sign_in: match &upstream.sign_in {
            SignIn::None => UpstreamSignIn::None,
            SignIn::Xclient => UpstreamSignIn::Xclient,
            SignIn::Fixed { user_name, secret, without_tls } => UpstreamSignIn::Fixed {
                user: user_name.clone(),
                secret: gateway::Secret::new(secret.expose().as_bytes().to_vec()),
                without_tls: *without_tls,
            },
        },
        probe: upstream.probe,
        doors: [Door::Smtp].into_iter().collect(),
        accounts: if upstream.domains.is_empty() {
            Accounts::All
        } else {
            Accounts::Named { accounts: Vec::new(), groups: Vec::new(), domains: upstream.domains.clone() }
        },
    })
}

fn trust(upstream: &config::Upstream) -> Result<Trust, ServeError> {
    let Some(path) = &upstream.ca_file else { return Ok(Trust::Platform) };
    let failed = |source: CaFileProblem| ServeError::CaFile {
        upstream: upstream.name.clone(),
        path: path.display().to_string(),
        source,
    };
    let text = fs::read(path).map_err(|error| failed(CaFileProblem::Unreadable(error)))?;
    certificates_from_pem(&text).map(Trust::Only).map_err(|error| failed(CaFileProblem::Unusable(error)))
}

/// What is wrong with a `ca_file`.
#[derive(Debug, thiserror::Error)]
pub enum CaFileProblem {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(std::io::Error),
    /// It holds no certificates.
    #[error(transparent)]
    Unusable(TlsMaterialError),
}
