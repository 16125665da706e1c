//! Errors as SCIM writes them (RFC 7644 3.12).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use postern_service::Failure;
use postern_service::directory::ProvisionError;
use serde::Serialize;

use crate::api::bearer::sentence;
use crate::api::problem;
use crate::portal::Portal;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ScimError {
    status: StatusCode,
    kind: Option<Kind>,
    /// Whole sentences: whoever set up the provider reads them in its log.
    detail: String,
}

/// The kinds that RFC 7644 names (table 9).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    /// The filter is none.
    InvalidFilter,
    /// Something that must be unique is taken.
    Uniqueness,
    /// The attribute cannot be changed.
    Mutability,
    /// The body is not what the request takes.
    InvalidSyntax,
    /// The path of a patch is none.
    InvalidPath,
    /// The path of a patch names nothing that is there.
    NoTarget,
    /// A value that the attribute cannot have.
    InvalidValue,
}

#[derive(Serialize)]
struct Body<'b> {
    schemas: [&'static str; 1],
    /// A text, by the RFC.
    status: &'b str,
    #[serde(rename = "scimType", skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'b str,
}

const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

impl ScimError {
    /// A mistake of the client, of that kind.
    pub(super) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let status = match kind {
            Kind::Uniqueness => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, kind: Some(kind), detail: detail.into() }
    }

    /// An error that a status says enough about.
    pub(super) fn of(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, kind: None, detail: detail.into() }
    }

    /// A value that an attribute cannot have, and why.
    pub(super) fn value(attribute: &str, detail: impl std::fmt::Display) -> Self {
        let detail = format!("Wrong value of {attribute}: {detail}");
        Self::new(Kind::InvalidValue, sentence(&detail))
    }

    pub(super) fn no_such(what: &str) -> Self {
        Self::of(StatusCode::NOT_FOUND, format!("There is no such {what}."))
    }

    pub(super) fn changed() -> Self {
        Self::of(StatusCode::PRECONDITION_FAILED, "It was changed meanwhile: read it again.")
    }
}

impl From<Failure> for ScimError {
    fn from(failure: Failure) -> Self {
        tracing::error!(%failure, "provisioning could not do what was asked");
        Self::of(StatusCode::SERVICE_UNAVAILABLE, "Nothing was done. Try again in half a minute.")
    }
}

impl From<ProvisionError> for ScimError {
    fn from(error: ProvisionError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ProvisionError::NotAllowed | ProvisionError::HasRole { .. } => {
                Self::of(StatusCode::FORBIDDEN, detail)
            }
            ProvisionError::NoSuchAccount => Self::no_such("user"),
            ProvisionError::NoSuchGroup => Self::no_such("group"),
            ProvisionError::AddressTaken
            | ProvisionError::ExternalIdTaken
            | ProvisionError::GroupTaken { .. } => Self::new(Kind::Uniqueness, detail),
            ProvisionError::TooManyAliases { .. }
            | ProvisionError::NoGroupName { .. }
            | ProvisionError::NoSuchMember { .. }
            | ProvisionError::TooManyGroups { .. } => Self::new(Kind::InvalidValue, detail),
            ProvisionError::Failure(failure) => failure.into(),
        }
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let body =
            Body { schemas: [SCHEMA], status: self.status.as_str(), kind: self.kind, detail: &self.detail };
        let body = serde_json::to_vec(&body).expect("a struct of texts is JSON");
        let kind = HeaderValue::from_static("application/scim+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        response
    }
}

/// Puts SCIM's form into an answer that is a problem of the API; any other answer passes unchanged.
pub(super) fn show(response: Response, _: &Portal) -> Response {
    let Some((status, detail)) = problem::of(&response) else { return response };
    let shown = ScimError::of(status, detail).into_response();
    let (head, _) = response.into_parts();
    let (mut shown, body) = shown.into_parts();
    for (name, value) in &head.headers {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            shown.headers.insert(name.clone(), value.clone());
        }
    }
    Response::from_parts(shown, body)
}
