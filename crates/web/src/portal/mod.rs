//! The pages, one file each.

mod activity;
mod add_method;
pub(crate) mod api_tokens;
pub(crate) mod app_password;
mod ask_for_help;
pub(crate) mod assets;
mod attributes;
mod authorization_response;
mod change_password;
mod code;
mod consents;
mod create_app_password;
mod delete_method;
mod end_session;
mod forget_browsers;
mod method;
pub(crate) mod notice;
mod notices;
mod notification_address;
mod outside;
pub(crate) mod paths;
mod policy;
mod recovery_codes;
mod refusal;
mod register_authenticator;
mod register_message;
mod register_passkey;
mod revoke_app_password;
mod rotate_app_password;
pub(crate) mod routes;
mod security_info;
mod sessions;
mod set_up;
pub(crate) mod sign_in;
mod sign_in_passkey;
mod sign_in_recovery;
mod sign_out;
pub(crate) mod step_up;

pub(crate) use activity::with_tried;
pub(crate) use attributes::networks as typed_networks;
pub(crate) use create_app_password::{Prefill, Whose, create_for, form_for};
pub(crate) use sessions::live;
pub(crate) use sign_in::sentence;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse as _;
use axum::{Router, middleware};
use http::StatusCode;
use postern_domain::Timestamp;
use postern_service::Service;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use self::routes::Access;
use crate::admin::allowed;
use crate::middleware::{frame, right_host, same_origin};
use crate::once::UsedForms;
use crate::problem::Problem;
use crate::{PortalConfig, api, scim};

/// Octets of a form: the longest, 32 networks and 64 sender addresses, stays under 32 KiB.
pub(crate) const FORM_OCTETS: usize = 64 * 1024;
/// For a whole request, its body and its deed: a deed waits at most five seconds for the database.
pub(crate) const REQUEST_TIME: Duration = Duration::from_secs(30);

/// What every page needs.
#[derive(Clone)]
pub(crate) struct Portal {
    pub(crate) service: Arc<Service>,
    pub(crate) config: Arc<PortalConfig>,
    pub(crate) used_forms: Arc<UsedForms>,
    pub(crate) api_rates: Arc<api::RateLimiter>,
}

impl Portal {
    fn new(service: Arc<Service>, config: PortalConfig) -> Self {
        Self { service, config: Arc::new(config), used_forms: Arc::default(), api_rates: Arc::default() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.service.clock().now()
    }

    /// A number for a form that may be acted on once.
    pub(crate) fn form_number(&self) -> String {
        UsedForms::number(&*self.config.random)
    }
}

/// The portal's pages. Serve them with [`crate::serve()`], or in a test call them with a [`crate::PeerAddress`] among
/// the request's extensions.
pub fn router(service: Arc<Service>, config: PortalConfig) -> Router {
    assemble(&Portal::new(service, config), true)
}

/// As [`router`], without the layer that asks for a role in front of the admin pages: for the test that their deeds ask by
/// themselves.
#[cfg(test)]
pub(crate) fn router_without_roles(service: Arc<Service>, config: PortalConfig) -> Router {
    assemble(&Portal::new(service, config), false)
}

fn assemble(portal: &Portal, asks_for_roles: bool) -> Router {
    let frame = middleware::from_fn_with_state(portal.clone(), frame);
    let right_host = middleware::from_fn_with_state(portal.clone(), right_host);
    let same_origin = middleware::from_fn_with_state(portal.clone(), same_origin);
    let pages = routes::pages().into_iter().fold(Router::new(), |router, page| {
        let handlers = match page.access {
            Access::May(permission) if asks_for_roles => page
                .handlers
                .route_layer(middleware::from_fn_with_state((portal.clone(), permission), allowed)),
            _ => page.handlers,
        };
        router.route(page.path, handlers)
    });
    pages
        .fallback(async || Problem::NoSuchPage)
        .method_not_allowed_fallback(async || Problem::OtherMethod)
        .layer(
            ServiceBuilder::new()
                .layer(frame)
                .layer(CatchPanicLayer::custom(|_| {
                    tracing::error!("a page panicked");
                    Problem::Defect.into_response()
                }))
                .layer(right_host)
                .layer(same_origin)
                .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIME))
                .layer(DefaultBodyLimit::max(FORM_OCTETS)),
        )
        .with_state(portal.clone())
        .nest(api::PREFIX, api::router(portal))
        .nest(scim::PREFIX, scim::router(portal))
}
