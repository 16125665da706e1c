//! Forms of other sites are turned away, by what the browser says of where a request comes from.
//!
//! Every form carries a token as well ([`crate::form::Checked`]); this check also covers the forms before sign-in.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, header};

use crate::Origin;
use crate::portal::Portal;
use crate::problem::Problem;

/// Lets a request pass that changes nothing, or that comes from a page of the portal.
pub(crate) async fn same_origin(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    // Of the methods that change something the pages take POST only (a test holds that), so that the others are let
    // through to be answered with 405.
    let changes_nothing = *request.method() != Method::POST;
    if changes_nothing || is_from_here(request.headers(), &portal.config.origin) {
        next.run(request).await
    } else {
        Problem::ForeignForm.into_response()
    }
}

/// `Sec-Fetch-Site` (W3C Fetch Metadata) decides; a browser without it sends `Origin` with each POST. With neither it
/// is no browser, and a program has no business here. A foreign `Origin` refuses in any case.
fn is_from_here(headers: &HeaderMap, origin: &Origin) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let site = text("sec-fetch-site").map(|site| matches!(site, "same-origin" | "none"));
    let from = text(header::ORIGIN.as_str()).map(|from| from.eq_ignore_ascii_case(&origin.to_string()));
    match (site, from) {
        (Some(site), from) => site && from.unwrap_or(true),
        (None, Some(from)) => from,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_portal_may_send_forms() {
        let origin = "https://portal.example.test".parse().unwrap();
        for (site, from, passes) in [
            (Some("same-origin"), Some("https://portal.example.test"), true),
            (Some("same-origin"), None, true),
            (Some("none"), None, true),
            (None, Some("https://portal.example.test"), true),
            (Some("cross-site"), None, false),
            (Some("same-site"), Some("https://portal.example.test"), false),
            (Some("same-origin"), Some("https://evil.example"), false),
            (None, Some("https://evil.example"), false),
            (None, Some("https://portal.example.test:444"), false),
            (None, Some("http://portal.example.test"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(from) = from {
                headers.insert("origin", from.parse().unwrap());
            }
            assert_eq!(is_from_here(&headers, &origin), passes, "{site:?} {from:?}");
        }
    }
}
