//! `POST /api/oauth2/token`: access tokens for service principals (RFC 6749 4.4).

use axum::Json;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use postern_service::api::{ClientCredentials, IssueAccessTokenError};
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::problem::Problem;
use crate::middleware::Visit;
use crate::portal::Portal;

/// Its address.
pub(super) const PATH: &str = "/api/oauth2/token";

/// Most parameters of a form. Nobody has to be known to send one, and each is compared with every other.
const MOST_PARAMETERS: usize = 32;

/// The answer of RFC 6749 5.1.
#[derive(Serialize)]
struct Issued<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
}

/// Who asks, and for what.
struct Asked {
    client_id: String,
    client_secret: Zeroizing<String>,
    /// It came as Basic, so that the answer to a wrong one has to be a challenge.
    basic: bool,
}

/// The parameters of the form. An empty one counts as missing, one that comes twice is an error (RFC 6749 3.2).
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn repeats_one(&self) -> bool {
        let each = self.0.iter().enumerate();
        each.into_iter().any(|(place, (name, _))| self.0[..place].iter().any(|(before, _)| before == name))
    }
}

/// Issues an access token, good for one hour.
pub(super) async fn issue(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Ok(Form(parameters)) = form else {
        return error(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Send a form: application/x-www-form-urlencoded.",
        );
    };
    let parameters = Parameters(parameters);
    if parameters.0.len() > MOST_PARAMETERS {
        return error(StatusCode::BAD_REQUEST, "invalid_request", "There are too many parameters.");
    }
    if parameters.repeats_one() {
        return error(StatusCode::BAD_REQUEST, "invalid_request", "A parameter comes more than once.");
    }
    match parameters.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => {
            return error(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "Only client_credentials is supported.",
            );
        }
        None => return error(StatusCode::BAD_REQUEST, "invalid_request", "grant_type is missing."),
    }
    let asked = match who_asks(&headers, &parameters) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let credentials = ClientCredentials {
        client_id: &asked.client_id,
        client_secret: &asked.client_secret,
        scope: parameters.get("scope"),
        address: visit.address,
    };
    match portal.service.issue_access_token(credentials).await {
        Ok(issued) => Json(Issued {
            access_token: issued.text.expose(),
            token_type: "Bearer",
            expires_in: issued.expires_in.as_secs(),
            scope: issued.scopes.to_string(),
        })
        .into_response(),
        Err(IssueAccessTokenError::Failure(failure)) => Problem::from(failure).into_response(),
        Err(refused @ IssueAccessTokenError::InvalidScope) => {
            error(StatusCode::BAD_REQUEST, "invalid_scope", &super::bearer::sentence(&refused.to_string()))
        }
        Err(refused) => invalid_client(asked.basic, &super::bearer::sentence(&refused.to_string())),
    }
}

/// The client, by Basic or by the form, and not by both (RFC 6749 2.3.1).
fn who_asks(headers: &HeaderMap, parameters: &Parameters) -> Result<Asked, Box<Response>> {
    let in_form = (parameters.get("client_id"), parameters.get("client_secret"));
    let Some(field) = headers.get(header::AUTHORIZATION) else {
        return match in_form {
            (Some(id), Some(secret)) => Ok(Asked {
                client_id: id.to_owned(),
                client_secret: Zeroizing::new(secret.to_owned()),
                basic: false,
            }),
            _ => Err(Box::new(invalid_client(
                true,
                "Send client_id and client_secret, by Basic or in the form.",
            ))),
        };
    };
    if in_form.1.is_some() {
        let detail = "Send the client secret by Basic or in the form, not both.";
        return Err(Box::new(error(StatusCode::BAD_REQUEST, "invalid_request", detail)));
    }
    read_basic(field).ok_or_else(|| {
        Box::new(invalid_client(true, "The Authorization field is not Basic, or not readable."))
    })
}

/// Identifier and secret, each encoded as in a form (RFC 6749 2.3.1).
fn read_basic(field: &HeaderValue) -> Option<Asked> {
    let (scheme, rest) = field.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(String::from_utf8(BASE64.decode(rest.trim()).ok()?).ok()?);
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| {
        let pair = Zeroizing::new(format!("x={text}"));
        let mut read = url::form_urlencoded::parse(pair.as_bytes());
        // What is behind an `&` is none of it: a secret is right as a whole or wrong.
        read.next().filter(|_| !text.contains('&')).map(|(_, value)| value.into_owned())
    };
    Some(Asked { client_id: plain(id)?, client_secret: Zeroizing::new(plain(secret)?), basic: true })
}

fn invalid_client(challenge: bool, detail: &str) -> Response {
    let mut response = error(StatusCode::UNAUTHORIZED, "invalid_client", detail);
    if challenge {
        let value = HeaderValue::from_static("Basic realm=\"postern\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// RFC 6749 5.2. What does not fit into its alphabet is left out of the description.
fn error(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({ "error": error, "error_description": description }))).into_response()
}
