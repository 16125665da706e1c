//! The pages, one file each.

use std::sync::Arc;

use axum::Router;
use postern_service::Service;

use crate::PortalConfig;

/// What every page needs.
#[derive(Clone)]
pub(crate) struct Portal {
    pub(crate) service: Arc<Service>,
    pub(crate) config: Arc<PortalConfig>,
}

/// The portal's pages. Serve them with [`crate::serve`], or in a test call them with a [`crate::PeerAddress`] among
/// the request's extensions.
#[must_use]
pub fn router(service: Arc<Service>, config: PortalConfig) -> Router {
    let portal = Portal { service, config: Arc::new(config) };
    Router::new().with_state(portal)
}
