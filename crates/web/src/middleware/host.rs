//! Requests for another host are turned away (DNS rebinding, a misrouted proxy).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header;

use crate::Origin;
use crate::portal::Portal;
use crate::problem::Problem;

/// For whom a request is.
pub(crate) enum Host {
    /// The configured host.
    Ours,
    /// Another one, or none.
    Other,
    /// More than one: it is malformed (RFC 9112 §3.2), for a proxy before us may have gone by the other.
    Several,
}

/// For whom `request` is, by `Host`, or `:authority` in HTTP/2.
pub(crate) fn host_of(request: &Request, origin: &Origin) -> Host {
    if request.headers().get_all(header::HOST).iter().nth(1).is_some() {
        return Host::Several;
    }
    let asked = match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()),
    };
    let asked = asked.map(|host| host.strip_suffix(":443").unwrap_or(host));
    if asked.is_some_and(|host| host.eq_ignore_ascii_case(origin.authority())) {
        Host::Ours
    } else {
        Host::Other
    }
}

/// Lets a request pass when its host is the configured one.
pub(crate) async fn right_host(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    match host_of(&request, &portal.config.origin) {
        Host::Ours => next.run(request).await,
        Host::Other => Problem::OtherHost.into_response(),
        Host::Several => Problem::Malformed.into_response(),
    }
}
