//! The body of a request: one JSON object.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};

use super::error::{Kind, ScimError};
use super::json::Object;

/// The JSON object that a request has.
pub(super) struct Body(pub(super) Object);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ScimError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ScimError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !["application/scim+json", "application/json"].iter().any(|ours| ours.eq_ignore_ascii_case(kind)) {
            let detail = "Send the body with `Content-Type: application/scim+json`.";
            return Err(ScimError::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let octets = match Bytes::from_request(request, state).await {
            Ok(octets) => octets,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                let detail = "A body has at most 4 MiB: send several requests.";
                return Err(ScimError::of(StatusCode::PAYLOAD_TOO_LARGE, detail));
            }
            Err(_) => return Err(ScimError::new(Kind::InvalidSyntax, "The body did not arrive.")),
        };
        serde_json::from_slice(&octets).map(Self).map_err(|error| {
            ScimError::new(Kind::InvalidSyntax, format!("The body is no JSON object: {error}."))
        })
    }
}
