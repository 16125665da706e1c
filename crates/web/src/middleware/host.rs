//! Requests for another host are turned away (DNS rebinding, a misrouted proxy).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header;

use crate::portal::Portal;
use crate::problem::Problem;

/// Lets a request pass when its host is the configured one: `Host`, or `:authority` in HTTP/2. With two `Host` fields
/// it is malformed (RFC 9112 §3.2): a proxy before us may have gone by the other.
pub(crate) async fn right_host(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    if request.headers().get_all(header::HOST).iter().nth(1).is_some() {
        return Problem::Malformed.into_response();
    }
    let asked = match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()),
    };
    let asked = asked.map(|host| host.strip_suffix(":443").unwrap_or(host));
    if asked.is_some_and(|host| host.eq_ignore_ascii_case(portal.config.origin.authority())) {
        next.run(request).await
    } else {
        Problem::OtherHost.into_response()
    }
}
