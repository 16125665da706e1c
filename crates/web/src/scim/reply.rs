//! Answers: a resource with its version, a list, nothing.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use postern_domain::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::condition::Condition;
use super::json::Object;
use super::moment;
use super::projection::Projection;

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// When a resource was made, and when it last became another.
#[derive(Clone, Copy)]
pub(super) struct Moments {
    pub(super) created: Timestamp,
    pub(super) changed: Timestamp,
}

/// The resource with what every one has: kind, birth, last change, address and version. The version is made of everything
/// before and of the last change, so that it is another one exactly when something of it is.
pub(super) fn finished(mut resource: Object, kind: &'static str, moments: Moments, location: &str) -> Object {
    let (created, changed) = (moment::shown(moments.created), moment::shown(moments.changed));
    let text = format!("{}{changed}", Value::Object(resource.clone()));
    let digest = Sha256::digest(text.as_bytes());
    let version = digest.iter().take(12).fold(String::new(), |text, octet| format!("{text}{octet:02x}"));
    let meta = json!({
        "resourceType": kind,
        "created": created,
        "lastModified": changed,
        "location": location,
        "version": format!("W/\"{version}\"")
    });
    resource.insert("meta".to_owned(), meta);
    resource
}

/// A finished resource of which a part was not read.
pub(super) fn without_version(mut resource: Object) -> Object {
    if let Some(Value::Object(meta)) = resource.get_mut("meta") {
        meta.remove("version");
    }
    resource
}

/// The version of a finished resource.
pub(super) fn version(resource: &Object) -> &str {
    meta(resource, "version")
}

fn meta<'r>(resource: &'r Object, name: &str) -> &'r str {
    resource.get("meta").and_then(|meta| meta.get(name)).and_then(Value::as_str).unwrap_or_default()
}

/// A body with its media type (RFC 7644 3.1).
pub(super) fn scim(status: StatusCode, body: impl Into<Value>) -> Response {
    let kind = HeaderValue::from_static("application/scim+json");
    (status, [(header::CONTENT_TYPE, kind)], body.into().to_string()).into_response()
}

/// A resource, or 304 where the client has it as it is.
pub(super) fn resource(
    status: StatusCode,
    mut resource: Object,
    projection: &Projection,
    condition: &Condition,
) -> Response {
    let (version, location) = (version(&resource).to_owned(), meta(&resource, "location").to_owned());
    let mut response = if status == StatusCode::OK && condition.has_already(&version) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        projection.apply(&mut resource);
        scim(status, resource)
    };
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    put(header::ETAG, &version);
    put(header::LOCATION, &location);
    response
}

/// A page of a list.
pub(super) fn list(mut resources: Vec<Object>, total: u64, start: u64, projection: &Projection) -> Response {
    resources.iter_mut().for_each(|resource| projection.apply(resource));
    scim(
        StatusCode::OK,
        json!({
            "schemas": [LIST],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": resources.len(),
            "Resources": resources
        }),
    )
}
