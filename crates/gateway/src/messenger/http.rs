//! One request on one connection: to a webhook, or to a gateway for text messages.

use std::sync::Arc;

use http::header::{CONNECTION, HOST, USER_AGENT};
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use postern_service::messenger::Undelivered;
use rustls::ClientConfig;
use tokio::task::JoinSet;

use super::channel::connect;
use super::{later, one_line};

/// Longest head of an answer, in octets.
const LONGEST_HEAD: usize = 32 * 1024;

/// So much of an answer is read for the message to the operator.
const LONGEST_ANSWER: usize = 4 * 1024;

/// Sends a request; host, connection and user agent are set here. Gives status and the beginning of the answer.
pub(super) async fn send(
    uri: &Uri,
    tls: &Arc<ClientConfig>,
    mut request: Request<Full<Bytes>>,
) -> Result<(StatusCode, String), Undelivered> {
    let secure = uri.scheme_str() == Some("https");
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let stream = connect(host, port, secure.then_some(tls)).await.map_err(|error| later(&error))?;
    let authority = uri.authority().map_or(host, |authority| authority.as_str());
    let authority = HeaderValue::from_str(authority).map_err(|error| later(&error))?;
    *request.uri_mut() =
        uri.path_and_query().map_or("/", |target| target.as_str()).parse().unwrap_or_default();
    let headers = request.headers_mut();
    headers.insert(HOST, authority);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Postern/", env!("CARGO_PKG_VERSION"))));
    let handshake = http1::Builder::new().max_buf_size(LONGEST_HEAD).handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| later(&error))?;
    // Ended with this request, whatever became of it.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(|error| later(&error))?;
    let status = response.status();
    // The status decides; a body that is too long or breaks off says nothing more.
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
    let body = body.map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
    Ok((status, one_line(&String::from_utf8_lossy(&body))))
}

/// The status and what the answer says, for the operator.
pub(super) fn described(status: StatusCode, answer: &str) -> String {
    if status.is_redirection() {
        return format!("HTTP status {} (redirects are not followed)", status.as_u16());
    }
    if answer.is_empty() {
        format!("HTTP status {}", status.as_u16())
    } else {
        format!("HTTP status {}: {answer}", status.as_u16())
    }
}
