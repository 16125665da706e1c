//! The portal's configuration, as the portal takes it.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_service::system::SystemRandom;
use postern_web::{ConnectionHint, InvalidOrigin, Origin, PortalConfig, TransportSecurity};

use super::{Ready, ReadyListener};
use crate::config::{Config, ListenerTls, PortalUrl, Protocol};

/// What the portal must be told.
pub(super) fn portal(config: &Config, url: &PortalUrl, ready: &Ready) -> Result<PortalConfig, InvalidOrigin> {
    let origin: Origin = url.0.parse()?;
    let host = config.smtp.host_name.as_ref().map_or_else(|| url.host().to_owned(), |name| name.0.clone());
    let doors = config.doors();
    let hint = |listener: &ReadyListener| {
        let security = match listener.tls {
            ListenerTls::Implicit => TransportSecurity::Tls,
            ListenerTls::StartTls => TransportSecurity::StartTls,
            // What programs connect to is the load balancer in front, of which nothing is known here.
            ListenerTls::EndedInFront => return Vec::new(),
        };
        let at = |door| ConnectionHint { door, host: host.clone(), port: listener.address.port(), security };
        let behind = doors.iter().filter(|door| protocol_of(*door) == Some(listener.protocol));
        behind.map(at).collect::<Vec<_>>()
    };
    let mut hints: Vec<_> = ready.listeners.iter().flat_map(hint).collect();
    // Implicit TLS is what RFC 8314 prefers, so it is what people read first.
    hints.sort_by_key(|hint| hint.security == TransportSecurity::StartTls);
    Ok(PortalConfig {
        origin,
        product: "Postern".to_owned(),
        organization: None,
        doors,
        hints,
        trusted_proxies: config.portal.trusted_proxies.clone(),
        api_requests_per_minute: config.limits.api_requests_per_minute.0,
        random: Arc::new(SystemRandom),
    })
}

/// Whose listeners a door is behind.
const fn protocol_of(door: Door) -> Option<Protocol> {
    match door {
        Door::Smtp => Some(Protocol::Smtp),
        Door::Imap => Some(Protocol::Imap),
        Door::Pop3 => Some(Protocol::Pop3),
        Door::ManageSieve => Some(Protocol::ManageSieve),
        Door::Ews
        | Door::ActiveSync
        | Door::Mapi
        | Door::Autodiscover
        | Door::Oab
        | Door::Dav
        | Door::SharePoint
        | Door::Http => Some(Protocol::Http),
        Door::Ldap | Door::NginxMail | Door::ForwardAuth | Door::Sasl => None,
    }
}
