//! Text messages, through a gateway that is asked over HTTP.

use std::sync::Arc;

use http::Request;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_body_util::Full;
use hyper::body::Bytes;
use postern_domain::mfa::phone::PhoneNumber;
use postern_service::messenger::Undelivered;
use rustls::ClientConfig;

use super::config::TextGateway;
use super::http as wire;

/// A gateway that can be asked.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) config: TextGateway,
    pub(super) tls: Arc<ClientConfig>,
}

impl Texts {
    /// Sends one message. What the gateway answers may repeat the text, so that only the status is told.
    pub(super) async fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), Undelivered> {
        let body = self.config.body.fill(to.as_str(), text);
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = self.config.method.clone();
        request.headers_mut().clone_from(&self.config.headers);
        let content_type = HeaderValue::from_static(self.config.body.content_type());
        request.headers_mut().insert(CONTENT_TYPE, content_type);
        let (status, _) = wire::send(&self.config.uri, &self.tls, request).await?;
        let good = if self.config.success.is_empty() {
            status.is_success()
        } else {
            self.config.success.contains(&status.as_u16())
        };
        let described = wire::described(status, "");
        if good {
            Ok(())
        } else if status.is_client_error() && ![401, 403, 408, 425, 429].contains(&status.as_u16()) {
            Err(Undelivered::Refused { answer: described })
        } else {
            Err(Undelivered::Later { problem: described })
        }
    }
}
