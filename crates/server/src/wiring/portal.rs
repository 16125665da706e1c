//! The portal's configuration, as the portal takes it.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_service::system::SystemRandom;
use postern_web::{ConnectionHint, InvalidOrigin, Origin, PortalConfig, TransportSecurity};

use super::Ready;
use crate::config::{Config, ListenerTls, PortalUrl};

/// What the portal must be told.
pub(super) fn portal(config: &Config, url: &PortalUrl, ready: &Ready) -> Result<PortalConfig, InvalidOrigin> {
    let origin: Origin = url.0.parse()?;
    let host = config.smtp.host_name.as_ref().map_or_else(|| url.host().to_owned(), |name| name.0.clone());
    let mut hints: Vec<_> = ready
        .smtp
        .iter()
        .map(|listener| ConnectionHint {
            door: Door::Smtp,
            host: host.clone(),
            port: listener.address.port(),
            security: match listener.tls {
                ListenerTls::Implicit => TransportSecurity::Tls,
                ListenerTls::StartTls => TransportSecurity::StartTls,
            },
        })
        .collect();
    // Implicit TLS is what RFC 8314 prefers, so it is what people read first.
    hints.sort_by_key(|hint| hint.security == TransportSecurity::StartTls);
    Ok(PortalConfig {
        origin,
        product: "Postern".to_owned(),
        organization: None,
        doors: [Door::Smtp].into_iter().collect(),
        hints,
        trusted_proxies: Vec::new(),
        random: Arc::new(SystemRandom),
    })
}
