//! Requests that may be sent again: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).
//!
//! The answer to a POST with a key is written down for a day and given again to the same request. A secret is never
//! written down: a repeated creation is told what was created, and not its secret. Whoever lost the answer revokes it and
//! creates another one.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest as _, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use postern_service::api::{ApiCaller, Keyed};
use serde::{Deserialize, Serialize};

use super::body::unread;
use super::problem::{Problem, ProblemKind};
use crate::portal::Portal;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Told of an answer that was written down.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key.
const LONGEST: usize = 255;
/// Longest answer that is written down: every one of ours to a POST is far shorter.
const LONGEST_ANSWER: usize = 256 * 1024;

/// Marks an answer that holds a secret, with the path of what was created.
#[derive(Clone)]
pub(crate) struct HoldsSecret(pub(crate) String);

/// Marks an answer to a request that changed nothing: sent again it is answered anew, so that nothing has to be kept of it.
#[derive(Clone, Copy)]
pub(crate) struct NotWrittenDown;

/// What is written down of an answer.
#[derive(Serialize, Deserialize)]
enum Written {
    Answer { status: u16, headers: Vec<(String, String)>, body: String },
    Created { path: String },
}

/// The key of a request.
///
/// # Errors
/// 400 when it is none, or more than one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut fields = headers.get_all(KEY).iter();
    let Some(field) = fields.next() else { return Ok(None) };
    let text = field.to_str().unwrap_or_default().trim();
    // A structured-field string, or, as most programs send it, the bare key.
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let fits =
        !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|octet| octet.is_ascii_graphic());
    if !fits || fields.next().is_some() {
        let detail =
            "`Idempotency-Key` is 1 to 255 visible ASCII characters, sent once; a random UUID is a good one.";
        return Err(Problem::new(ProblemKind::Malformed, detail));
    }
    Ok(Some(text.to_owned()))
}

/// Does a request once. It is done to its end, and the answer written down, also when nobody waits for it any more.
pub(super) async fn once(
    portal: Portal,
    caller: ApiCaller,
    key: String,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Ok(bytes) => bytes,
        Err(rejection) => return unread(rejection).into_response(),
    };
    let target = parts.uri.to_string();
    let asked: [&[u8]; 3] = [parts.method.as_str().as_bytes(), target.as_bytes(), &bytes];
    match portal.service.begin_keyed_request(&caller, &key, &asked).await {
        Ok(Keyed::First) => {}
        Ok(Keyed::Answered(written)) => return again(&written),
        Ok(Keyed::InProgress { since }) => {
            let detail = format!(
                "It began at {since}. When it is not answered within a minute, look whether it was done, and use another key."
            );
            return Problem::new(ProblemKind::InProgress, detail)
                .header(header::RETRY_AFTER, "5")
                .into_response();
        }
        Ok(Keyed::OtherRequest) => {
            let detail = "Use a fresh key for each request.";
            return Problem::new(ProblemKind::KeyReused, detail).into_response();
        }
        Err(failure) => return Problem::from(failure).into_response(),
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let done = tokio::spawn(async move {
        let response = next.run(request).await;
        write_down(&portal, &caller, &key, response).await
    });
    done.await.unwrap_or_else(|_| Problem::new(ProblemKind::Defect, "").into_response())
}

/// Writes an answer down. One that is ours to answer for is forgotten, so that the request may be sent again.
async fn write_down(portal: &Portal, caller: &ApiCaller, key: &str, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let problem = parts.extensions.get::<Problem>().is_some();
    let secret = parts.extensions.get::<HoldsSecret>().cloned();
    let Ok(bytes) = to_bytes(body, LONGEST_ANSWER).await else {
        return Problem::new(ProblemKind::Defect, "").into_response();
    };
    let written = match secret {
        // A problem changed nothing: the same request may succeed later, or fail alike.
        _ if problem || !parts.status.is_success() => None,
        _ if parts.extensions.get::<NotWrittenDown>().is_some() => None,
        Some(HoldsSecret(path)) => Some(Written::Created { path }),
        None => Some(Written::Answer {
            status: parts.status.as_u16(),
            headers: kept_headers(&parts.headers),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }),
    };
    let written = written.and_then(|written| serde_json::to_string(&written).ok());
    if let Err(failure) = portal.service.finish_keyed_request(caller, key, written.as_deref()).await {
        // What was asked for is done; only a repetition will be told that it is in progress.
        tracing::error!(%failure, "the answer to a request with an idempotency key could not be written down");
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    [header::CONTENT_TYPE, header::LOCATION, header::ETAG]
        .iter()
        .filter_map(|name| Some((name.to_string(), headers.get(name)?.to_str().ok()?.to_owned())))
        .collect()
}

/// The answer that was written down.
fn again(written: &str) -> Response {
    match serde_json::from_str(written) {
        Ok(Written::Created { path }) => {
            let detail = format!(
                "{path} was created by this request before. Its secret was in the answer and nowhere else. If that answer was lost, revoke it and create another one with a fresh key."
            );
            Problem::new(ProblemKind::AlreadyCreated, detail).resource(path).into_response()
        }
        Ok(Written::Answer { status, headers, body }) => {
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
                    response.headers_mut().insert(name, value);
                }
            }
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            response
        }
        Err(_) => Problem::new(ProblemKind::Defect, "").into_response(),
    }
}
