//! The JSON API: what portal and command line can do, for programs with a token.
//!
//! [`endpoints`] is the one table from which the router, the OpenAPI document and the tests are made.

mod back_channel_logout;
pub(crate) mod bearer;
mod body;
mod choice;
pub(crate) mod docs;
mod endpoint;
mod etag;
mod frame;
mod idempotency;
mod oauth2_token;
mod openapi;
pub(crate) mod page;
pub(crate) mod problem;
mod rate;
pub(crate) mod v1;

use axum::routing::{get, post};
use axum::{Router, middleware};
use http::StatusCode;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse as _, Response};

use crate::portal::{FORM_OCTETS, Portal, REQUEST_TIME};

pub(crate) use endpoint::{Caller, Endpoint, Need, Queries, Rules, guard};
pub use openapi::openapi_document;
use problem::{Problem, ProblemKind};
pub(crate) use rate::RateLimiter;
pub(crate) use v1::endpoints;

/// What all addresses of the API begin with.
pub(crate) const PREFIX: &str = "/api";

/// Everything under [`PREFIX`] but its documentation, which is a page of the portal.
pub(crate) fn router(portal: &Portal) -> Router {
    let told = openapi::document();
    let endpoints = endpoints().into_iter().fold(Router::new(), |router, endpoint| {
        let most = DefaultBodyLimit::max(endpoint.most_octets());
        let rules = endpoint.rules(&told);
        let Endpoint { path, handler, .. } = endpoint;
        let path = path.strip_prefix(PREFIX).unwrap_or(path);
        let guarded = handler.route_layer(middleware::from_fn_with_state((portal.clone(), rules), guard));
        let handler = guarded.route_layer(most);
        router.route(path, handler)
    });
    let document = || async {
        let kind = [(http::header::CONTENT_TYPE, "application/json")];
        (kind, openapi_document()).into_response()
    };
    let endpoints =
        endpoints.route("/v1/openapi.json", get(document)).route("/oauth2/token", post(oauth2_token::issue));
    let endpoints = endpoints.route(back_channel_logout::PATH, post(back_channel_logout::receive));
    let unknown = || Problem::new(ProblemKind::NotFound, "The documentation lists every address: /api/docs.");
    let other_method = || Problem::new(ProblemKind::OtherMethod, "`Allow` names the methods.");
    framed(
        endpoints.fallback(async move || unknown()).method_not_allowed_fallback(async move || other_method()),
        portal,
        problem::show,
    )
}

/// How an answer that is a problem is written.
pub(crate) type Show = fn(Response, &Portal) -> Response;

/// Puts around `router` what stands around everything that takes a bearer token: the right host, limits, problems as
/// `show` writes them, security headers. No page of another site can ask here: a browser sends the token with nothing by itself, and
/// is told nothing of other origins (CORS stays closed).
pub(crate) fn framed(router: Router<Portal>, portal: &Portal, show: Show) -> Router {
    let frame = middleware::from_fn_with_state((portal.clone(), show), frame::frame);
    let right_host = middleware::from_fn_with_state(portal.clone(), frame::right_host);
    router
        .layer(
            ServiceBuilder::new()
                .layer(frame)
                .layer(CatchPanicLayer::custom(|_| {
                    tracing::error!("an endpoint panicked");
                    let detail = "Look whether it was done before you try again.";
                    Problem::new(ProblemKind::Defect, detail).into_response()
                }))
                .layer(right_host)
                .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIME))
                .layer(DefaultBodyLimit::max(FORM_OCTETS)),
        )
        .with_state(portal.clone())
}
