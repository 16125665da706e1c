//! Entity tags (RFC 9110 8.8.3 and 13.1.1).
//!
//! The tag of an account or an app password names the version of what was decided about it. It is a strong tag: two
//! representations with one tag say the same of all that can be changed; an app password's counters of use are beside it,
//! because a program that signs in must not stand in the way of its owner's change. A change may carry `If-Match`; it is
//! compared inside the transaction that does the change, so that nothing comes between. Without it the change is done
//! whatever the version.

use axum::Json;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{HeaderValue, header};
use postern_service::api::{Precondition, Version, Versioned};
use serde::Serialize;

use super::problem::{Problem, ProblemKind};

/// The versions that `If-Match` names.
pub(crate) struct IfMatch(Vec<String>);

impl IfMatch {
    pub(crate) fn on(self, of: Versioned) -> Precondition {
        Precondition { of, versions: self.0 }
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        let mut versions = Vec::new();
        let mut fields = parts.headers.get_all(header::IF_MATCH).iter().peekable();
        if fields.peek().is_none() {
            return Ok(None);
        }
        for field in fields {
            for tag in field.to_str().unwrap_or_default().split(',').map(str::trim) {
                // Whatever is there will do.
                if tag == "*" {
                    return Ok(None);
                }
                let strong = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
                // A weak tag never matches (RFC 9110 13.1.1), and does not make the field malformed.
                match strong {
                    Some(version) => versions.push(version.to_owned()),
                    None if tag.starts_with("W/\"") => {}
                    None => {
                        let detail = "`If-Match` takes entity tags in quotation marks, as `ETag` gives them.";
                        return Err(Problem::new(ProblemKind::Malformed, detail));
                    }
                }
            }
        }
        Ok(Some(Self(versions)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        found.ok_or_else(|| Problem::new(ProblemKind::Malformed, "`If-Match` is missing."))
    }
}

/// A representation with its tag.
pub(crate) fn tagged(version: Version, body: &impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
