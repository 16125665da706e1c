//! Webhooks, signed as the Standard Webhooks specification says: HMAC-SHA-256 over identifier, time and body.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use postern_service::messenger::{Undelivered, WebhookEvent};
use rustls::ClientConfig;
use sha2::Sha256;

use super::config::Webhook;
use super::{http as wire, later};

/// A webhook that can be posted to.
#[derive(Debug)]
pub(super) struct Hook {
    pub(super) config: Webhook,
    pub(super) tls: Arc<ClientConfig>,
}

impl Hook {
    /// Posts one event.
    pub(super) async fn post(&self, event: &WebhookEvent) -> Result<(), Undelivered> {
        let seconds = event.at.as_seconds().to_string();
        let request = Request::post("/")
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", &seconds)
            .header(
                "webhook-signature",
                signature(self.config.secret.expose(), &event.id, &seconds, &event.body),
            )
            .body(Full::new(Bytes::copy_from_slice(&event.body)))
            .map_err(|error| later(&error))?;
        let (status, answer) = wire::send(&self.config.uri, &self.tls, request).await?;
        let described = wire::described(status, &answer);
        match status {
            status if status.is_success() => Ok(()),
            // "The endpoint has been disabled": it wants no more of it.
            StatusCode::GONE => Err(Undelivered::Refused { answer: described }),
            _ => Err(Undelivered::Later { problem: described }),
        }
    }
}

/// `v1,` and the HMAC in base64.
fn signature(secret: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
        mac.update(part);
    }
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// The octets of a webhook's secret: after `whsec_` they are in base64, as most receivers show them; otherwise the text
/// itself. None for fewer than 24 octets, which somebody could guess.
#[must_use]
pub fn webhook_secret(text: &str) -> Option<Vec<u8>> {
    let octets = match text.strip_prefix("whsec_") {
        Some(encoded) => BASE64.decode(encoded).ok()?,
        None => text.as_bytes().to_vec(),
    };
    (octets.len() >= 24).then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification (standard-webhooks, "Signature scheme").
    #[test]
    fn signs_as_the_specification_does() {
        let secret = webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed =
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(webhook_secret("whsec_c2hvcnQ="), None);
        assert_eq!(webhook_secret("0123456789abcdef01234567").unwrap().len(), 24);
    }
}
