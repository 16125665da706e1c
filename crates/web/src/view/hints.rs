//! What to type where, for the doors of an app password.

use postern_domain::door::{Door, DoorSet};

use super::door_label;
use crate::{ConnectionHint, PortalConfig};

/// What to type for one door.
pub(crate) struct HintView {
    pub(crate) door: &'static str,
    pub(crate) host: String,
    /// Ports with what programs call their encryption, in the order of preference.
    pub(crate) ports: Vec<(u16, &'static str)>,
}

impl HintView {
    /// The hints for the doors of `scope`, as they are configured.
    pub(crate) fn among(scope: DoorSet, config: &PortalConfig) -> Vec<ConnectionHint> {
        config.hints.iter().filter(|hint| scope.contains(hint.door)).cloned().collect()
    }

    /// The hints for the doors of `scope`, one for each door and server name.
    pub(crate) fn of(scope: DoorSet, config: &PortalConfig) -> Vec<Self> {
        let mut views: Vec<(Door, Self)> = Vec::new();
        for ConnectionHint { door, host, port, security } in &Self::among(scope, config) {
            let port = (*port, security.label());
            match views.iter_mut().find(|(known, view)| known == door && view.host == *host) {
                Some((_, view)) => view.ports.push(port),
                None => {
                    let view = Self { door: door_label(*door), host: host.clone(), ports: vec![port] };
                    views.push((*door, view));
                }
            }
        }
        views.into_iter().map(|(_, view)| view).collect()
    }
}
