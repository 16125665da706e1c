//! The outermost frame: what is known of the request goes in; problem pages, cookies and headers go out.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header;

use super::{Visit, headers};
use crate::portal::Portal;
use crate::problem;

/// Wraps everything else, so that no answer leaves without its headers, whoever made it.
pub(crate) async fn frame(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let visit = Visit::of(&request, &portal.config);
    request.extensions_mut().insert(visit.clone());
    let response = next.run(request).await;
    let mut response = problem::show(response, &visit, &portal);
    for cookie in visit.take_cookies() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    headers::secure(response.headers_mut(), &visit.nonce);
    response
}
