//! The layer in front of every admin page: signed in with both factors, and a role that allows it.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use postern_domain::account::Permission;

use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

/// Lets a request through whose sender's role has the permission. The deed behind the page asks again, inside its own
/// transaction: this one only keeps a page from being shown.
pub(crate) async fn allowed(
    State((portal, permission)): State<(Portal, Permission)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let inside = match Inside::from_request_parts(&mut parts, &portal).await {
        Ok(inside) => inside,
        Err(stop) => return stop.into_response(),
    };
    if !inside.account().role.may(permission) {
        return Problem::NotAllowed.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
