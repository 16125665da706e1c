//! One request on one connection.

use std::error::Error;
use std::time::Duration;

use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT,
};
use http::request::Builder;
use http::{Method, Request, Response, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use postern_service::upstream::{EndpointAnswer, EndpointProblem, EndpointRequest, LONGEST_BODY};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use zeroize::Zeroizing;

/// Longest head of an answer, in octets.
const LONGEST_HEAD: usize = 32 * 1024;

/// Sends a request and reads the answer.
pub(super) async fn send(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
) -> Result<EndpointAnswer, EndpointProblem> {
    let handshake = http1::Builder::new().max_buf_size(LONGEST_HEAD).handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| EndpointProblem::Unreachable)?;
    // Ended with this question, whatever became of it.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(|_| EndpointProblem::Unreachable)?;
    read(response).await
}

/// The request that sends a form.
pub(super) fn form(uri: &Uri, request: &EndpointRequest<'_>) -> Option<Request<Full<Bytes>>> {
    let mut built = head(Method::POST, uri)?.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(authorization) = &request.authorization {
        let mut value = HeaderValue::from_str(authorization).ok()?;
        value.set_sensitive(true);
        built = built.header(AUTHORIZATION, value);
    }
    built.body(Full::new(Bytes::copy_from_slice(request.form.as_bytes()))).ok()
}

/// The request that fetches a document.
pub(super) fn question(uri: &Uri) -> Option<Request<Full<Bytes>>> {
    head(Method::GET, uri)?.body(Full::default()).ok()
}

fn head(method: Method, uri: &Uri) -> Option<Builder> {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let built = Request::builder().method(method).uri(target).header(HOST, uri.authority()?.as_str());
    let agent = concat!("Postern/", env!("CARGO_PKG_VERSION"));
    Some(built.header(ACCEPT, "application/json").header(USER_AGENT, agent).header(CONNECTION, "close"))
}

async fn read(response: Response<Incoming>) -> Result<EndpointAnswer, EndpointProblem> {
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    if head.status.is_redirection() {
        return Err(EndpointProblem::Redirect);
    }
    let is_json = is_json(&head.headers);
    if head.status.is_success() && !is_json {
        return Err(EndpointProblem::NotJson { status });
    }
    let body = match Limited::new(body, LONGEST_BODY).collect().await {
        Ok(collected) => Zeroizing::new(collected.to_bytes().to_vec()),
        Err(error) if is_too_long(&*error) => return Err(EndpointProblem::TooLong),
        Err(_) => return Err(EndpointProblem::Unreachable),
    };
    // An error page of something in between says by its status alone what it says.
    let body = if is_json { body } else { Zeroizing::default() };
    Ok(EndpointAnswer { status, retry_after: retry_after(&head.headers), body })
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default().trim();
    // A set of keys has a type of its own (RFC 7517 8.5).
    ["application/json", "application/jwk-set+json"].iter().any(|json| media_type.eq_ignore_ascii_case(json))
}

/// The form in seconds; none of the providers that matter sends a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

fn is_too_long(error: &(dyn Error + 'static)) -> bool {
    error.is::<LengthLimitError>()
}
