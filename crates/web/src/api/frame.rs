//! The outermost frame of the API: what is known of the request goes in; problems and headers go out.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Show;
use super::problem::{Problem, ProblemKind};
use crate::middleware::{Host, Visit, host_of, secure_api};
use crate::portal::Portal;

/// Wraps everything else, so that no answer leaves without its headers, whoever made it.
pub(super) async fn frame(
    State((portal, show)): State<(Portal, Show)>,
    mut request: Request,
    next: Next,
) -> Response {
    let visit = Visit::of(&request, &portal.config);
    request.extensions_mut().insert(visit);
    let response = next.run(request).await;
    let mut response = show(response, &portal);
    secure_api(response.headers_mut());
    response
}

/// Lets a request pass when its host is the configured one, as for the pages.
pub(super) async fn right_host(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    match host_of(&request, &portal.config.origin) {
        Host::Ours => next.run(request).await,
        Host::Malformed => Problem::new(
            ProblemKind::Malformed,
            "It does not name the host that it is for, or names several.",
        )
        .into_response(),
        Host::Other => {
            let detail = format!("Send it to {}.", portal.config.origin);
            Problem::new(ProblemKind::OtherHost, detail).into_response()
        }
    }
}
