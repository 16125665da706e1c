//! Problems of the API (RFC 9457): what was wrong, whose fault it was, and what to do.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use postern_service::Failure;
use serde::Serialize;

use crate::portal::Portal;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $status:ident $name:literal $title:literal),+ $(,)?) => {
        /// What kind of problem it is. The names are part of the API: a program may decide by them.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum ProblemKind { $($(#[doc = $doc])+ $variant),+ }

        impl ProblemKind {
            /// Every kind, as the documentation lists them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// What the documentation says of it.
            pub(crate) const fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+)),+ }
            }
        }
    };
}

kinds! {
    /// The request is no HTTP request that can be answered, or no JSON.
    Malformed = BAD_REQUEST "malformed" "The request could not be read",
    /// Fields of the request are missing, unknown, or cannot have the value that they have; `errors` lists each.
    InvalidFields = UNPROCESSABLE_ENTITY "invalid-fields" "The request has fields that are not valid",
    /// There is no token, or it opens nothing; `detail` says why.
    Unauthenticated = UNAUTHORIZED "unauthenticated" "An API token is needed",
    /// The token has not the scope for this; `scope` names what it takes.
    InsufficientScope = FORBIDDEN "insufficient-scope" "The token has not the scope for this",
    /// The token has the scope, and its owner's role does not allow it, or not for this account.
    NotAllowed = FORBIDDEN "not-allowed" "That is not allowed",
    /// There is no such thing, or it is another's, which is not told apart.
    NotFound = NOT_FOUND "not-found" "There is no such thing",
    /// The address is right and takes other methods only; `Allow` names them.
    OtherMethod = METHOD_NOT_ALLOWED "other-method" "The method does not fit",
    /// What was asked for does not fit what is there; `detail` says what to change first.
    Conflict = CONFLICT "conflict" "That does not fit what is there",
    /// The idempotency key was used for a creation before. Its answer held a secret, which is not kept: `resource` is
    /// what was created. Where the answer was lost, revoke it and create another one with a fresh key.
    AlreadyCreated = CONFLICT "already-created" "That was created before",
    /// A request with the same idempotency key is being worked on.
    InProgress = CONFLICT "in-progress" "The same request is being worked on",
    /// The idempotency key was used for another request.
    KeyReused = UNPROCESSABLE_ENTITY "key-reused" "The idempotency key was used for another request",
    /// It was changed since it was read: the entity tag in `If-Match` is another.
    Changed = PRECONDITION_FAILED "changed" "It was changed meanwhile",
    /// The body is longer than 64 KiB.
    TooLarge = PAYLOAD_TOO_LARGE "too-large" "The body is too long",
    /// The body is not `application/json`.
    NotJson = UNSUPPORTED_MEDIA_TYPE "not-json" "The body is not JSON",
    /// The request did not arrive in time.
    TooSlow = REQUEST_TIMEOUT "too-slow" "The request took too long",
    /// More requests than the token has in a minute, or asked again too soon; `Retry-After` says how long to wait.
    TooManyRequests = TOO_MANY_REQUESTS "too-many-requests" "Too many requests",
    /// The request was for another host.
    OtherHost = MISDIRECTED_REQUEST "other-host" "The API does not live at this address",
    /// Our failure, and temporary: nothing was done. Try again after `Retry-After`.
    Unavailable = SERVICE_UNAVAILABLE "unavailable" "The service cannot do that right now",
    /// Our failure. Look whether it was done before you try again.
    Defect = INTERNAL_SERVER_ERROR "defect" "Something went wrong in the service",
}

/// Why there is no answer. It becomes JSON in the frame, which knows the address of the documentation.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    kind: ProblemKind,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    scope: Option<String>,
    resource: Option<String>,
    headers: HeaderMap,
}

/// One field that is not valid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FieldError {
    /// Where it is in the body (RFC 6901), or in the query (`?name`).
    #[schema(example = "/name")]
    pub(crate) pointer: String,
    /// What is wrong with it, and what it takes.
    pub(crate) detail: String,
}

/// A problem (RFC 9457).
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// What kind of problem it is: an address in the documentation.
    #[schema(example = "https://portal.example.org/api/docs#not-found")]
    r#type: String,
    /// The kind's own title.
    title: &'static str,
    /// The status code.
    status: u16,
    /// What was wrong this time, and what to do.
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: String,
    /// The fields that are not valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// The scopes of which one is needed, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The path of what was created before.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Parts {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            scope: None,
            resource: None,
            headers: HeaderMap::new(),
        }))
    }

    /// Fields that are not valid.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(ProblemKind::InvalidFields, "Nothing was changed. See `errors`.");
        problem.0.errors = errors;
        problem
    }

    /// One field that is not valid.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "errors of every kind are handed over, and none is needed again"
    )]
    pub(crate) fn field(pointer: impl Into<String>, detail: impl ToString) -> Self {
        Self::fields(vec![FieldError { pointer: pointer.into(), detail: detail.to_string() }])
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(ProblemKind::NotFound, format!("There is no such {what}, or it is not yours to see."))
    }

    pub(crate) fn scope(mut self, scope: String) -> Self {
        self.0.scope = Some(scope);
        self
    }

    pub(crate) fn resource(mut self, path: String) -> Self {
        self.0.resource = Some(path);
        self
    }

    pub(crate) fn header(mut self, name: http::HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.insert(name, value);
        }
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// The problem that an answer is, if it is one.
    fn among(response: &Response) -> Option<Self> {
        let marked = response.extensions().get::<Self>().cloned();
        let kind = response.headers().get(header::CONTENT_TYPE);
        let bare = if kind.is_none_or(is_plain_text) { Self::of_status(response.status()) } else { None };
        marked.or(bare)
    }

    /// The problem that a bare status of a library stands for.
    fn of_status(status: StatusCode) -> Option<Self> {
        use ProblemKind::{Defect, Malformed, NotFound, NotJson, OtherMethod, TooLarge, TooSlow};
        Some(match status {
            StatusCode::NOT_FOUND => Self::new(NotFound, "The documentation lists every address: /api/docs."),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(OtherMethod, "`Allow` names the methods."),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(TooLarge, "A body has at most 64 KiB."),
            StatusCode::REQUEST_TIMEOUT => Self::new(TooSlow, "Check the connection and try again."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::new(NotJson, "Send the body with `Content-Type: application/json`.")
            }
            StatusCode::BAD_REQUEST => Self::new(Malformed, "A part of its address is no text in UTF-8."),
            status if status.is_client_error() => Self::new(Malformed, ""),
            status if status.is_server_error() => Self::new(Defect, ""),
            _ => return None,
        })
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if matches!(failure, Failure::ChangedMeanwhile) {
            let detail = "Nothing was done. Read it again, and send the change with its new `ETag`.";
            return Self::new(ProblemKind::Changed, detail);
        }
        tracing::error!(%failure, "the API could not do what was asked");
        let detail = "Nothing was done. Try again in half a minute.";
        Self::new(ProblemKind::Unavailable, detail).header(header::RETRY_AFTER, "30")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.headers_mut().extend(self.0.headers.clone());
        response.extensions_mut().insert(self);
        response
    }
}

/// What an answer that is a problem says, for another protocol than ours.
pub(crate) fn of(response: &Response) -> Option<(StatusCode, String)> {
    let Problem(parts) = Problem::among(response)?;
    let title = parts.kind.title();
    let detail = if parts.detail.is_empty() { String::new() } else { format!(" {}", parts.detail) };
    Some((parts.kind.status(), format!("{title}.{detail}")))
}

/// Puts the JSON into an answer that is a problem; any other answer passes unchanged.
pub(crate) fn show(response: Response, portal: &Portal) -> Response {
    let Some(Problem(parts)) = Problem::among(&response) else { return response };
    let body = ProblemBody {
        r#type: format!("{}/api/docs#{}", portal.config.origin, parts.kind.name()),
        title: parts.kind.title(),
        status: parts.kind.status().as_u16(),
        detail: parts.detail.into_owned(),
        errors: parts.errors,
        scope: parts.scope,
        resource: parts.resource,
    };
    let Ok(body) = serde_json::to_vec(&body) else { return response };
    let (mut head, _) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(head, body.into())
}

fn is_plain_text(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"text/plain")
}
