//! Webhooks: signed, tried again by the caller, never redirected.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use postern_domain::Timestamp;
use postern_gateway::messenger::{MessengerConfig, NetworkMessenger, Webhook};
use postern_gateway::{Secret, Trust};
use postern_service::messenger::{Messenger as _, Stream, Undelivered, WebhookEvent};
use sha2::Sha256;

use super::messenger;
use super::receiver::Receiver;

const SECRET: &[u8] = b"0123456789abcdef01234567";

fn hook(port: u16) -> NetworkMessenger {
    let webhook = Webhook {
        name: "alerts".to_owned(),
        uri: format!("http://127.0.0.1:{port}/in?x=1").parse().expect("the test can be set up"),
        secret: Secret::new(SECRET.to_vec()),
        streams: vec![Stream::Notices],
        trust: Trust::Platform,
    };
    messenger(MessengerConfig { webhooks: vec![webhook], ..MessengerConfig::default() })
}

fn event() -> WebhookEvent {
    WebhookEvent {
        id: "notice-7-1".to_owned(),
        at: Timestamp::from_millis(1_795_356_954_321),
        body: br#"{"type":"app-password.created"}"#.to_vec(),
    }
}

#[tokio::test]
async fn an_event_is_signed_alike_at_each_attempt() {
    let receiver = Receiver::start(&["500 Oops", "503 Later", "204 Thanks"]).await;
    let messenger = hook(receiver.port);
    assert_eq!(messenger.webhooks(Stream::Notices), ["alerts"]);
    assert!(messenger.webhooks(Stream::Audit).is_empty());
    for status in ["500", "503"] {
        let refused = messenger.webhook("alerts", &event()).await.unwrap_err();
        assert_eq!(refused, Undelivered::Later { problem: format!("HTTP status {status}") });
    }
    messenger.webhook("alerts", &event()).await.unwrap();

    let requests = receiver.requests().await;
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.line(), "POST /in?x=1 HTTP/1.1");
        assert_eq!(request.header("content-type"), "application/json");
        assert_eq!(request.header("webhook-id"), "notice-7-1");
        assert_eq!(request.header("webhook-timestamp"), "1795356954");
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
        mac.update(b"notice-7-1.1795356954.");
        mac.update(&request.body);
        let expected = format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()));
        assert_eq!(request.header("webhook-signature"), expected);
        assert_eq!(request.body, event().body);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_410_ends_it() {
    let receiver = Receiver::start(&["302 Found", "410 Gone"]).await;
    let messenger = hook(receiver.port);
    let problem = "HTTP status 302 (redirects are not followed)".to_owned();
    assert_eq!(messenger.webhook("alerts", &event()).await, Err(Undelivered::Later { problem }));
    let answer = "HTTP status 410".to_owned();
    assert_eq!(messenger.webhook("alerts", &event()).await, Err(Undelivered::Refused { answer }));
    assert_eq!(receiver.requests().await.len(), 2);
    assert_eq!(messenger.webhook("other", &event()).await, Err(Undelivered::NotConfigured));
}
