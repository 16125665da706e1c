//! What a client may ask about us (RFC 7644 4).

pub(super) mod config;
pub(super) mod resource_types;
pub(super) mod schemas;

use axum::extract::{FromRequestParts, Query};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use serde_json::Value;

use super::error::ScimError;
use super::projection::Projection;
use super::reply;

/// A query that asks for no part of what is always whole: a filter would give the wrong idea that what it leaves out is not
/// there (RFC 7644 4).
pub(super) struct Unfiltered;

impl<S: Send + Sync> FromRequestParts<S> for Unfiltered {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ScimError> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let pairs = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
        if pairs.iter().any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
            let detail = "What there is of the protocol is given whole and cannot be filtered.";
            return Err(ScimError::of(StatusCode::FORBIDDEN, detail));
        }
        Ok(Self)
    }
}

/// A list that is always whole.
fn all(resources: Vec<Value>) -> Response {
    let total = resources.len() as u64;
    let resources = resources.into_iter().filter_map(|resource| match resource {
        Value::Object(resource) => Some(resource),
        _ => None,
    });
    reply::list(resources.collect(), total, 1, &Projection::default())
}

/// The one of that identifier.
fn one(resources: Vec<Value>, id: &str, what: &str) -> Result<Response, ScimError> {
    let found = resources.into_iter().find(|resource| resource["id"] == id);
    found.map(|found| reply::scim(StatusCode::OK, found)).ok_or_else(|| ScimError::no_such(what))
}
