//! What a client may ask about us (RFC 7644 4).

pub(super) mod config;
pub(super) mod resource_types;
pub(super) mod schemas;

use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::error::ScimError;
use super::projection::Projection;
use super::reply;

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
