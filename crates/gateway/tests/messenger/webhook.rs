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

/// What the guide tells receivers to do, done with what is really sent.
#[tokio::test]
async fn the_guides_verification_believes_us_and_nobody_else() {
    let guide = include_str!("../../../../docs/admin/notices.md");
    let block = guide.split("```python\n").nth(1).and_then(|rest| rest.split("```").next());
    let block = block.expect("the guide shows how an event is verified");
    let receiver = Receiver::start(&["204 Thanks"]).await;
    hook(receiver.port).webhook("alerts", &event()).await.unwrap();
    let request = &receiver.requests().await[0];
    let headers = serde_json::json!({
        "webhook-id": request.header("webhook-id"),
        "webhook-timestamp": request.header("webhook-timestamp"),
        "webhook-signature": request.header("webhook-signature"),
    });
    let checks = format!(
        r#"
headers = {headers}
body = {body:?}.encode()
secret = {secret:?}
now = int(headers["webhook-timestamp"])
seen = set()
assert verify(secret, headers, body, now, seen) is True
assert verify(secret, headers, body, now + 300, seen) is False, "the second copy is known"
assert verify("whsec_" + base64.b64encode(secret.encode()).decode(), headers, body, now, set()) is True

def refused(*arguments):
    try:
        verify(*arguments)
    except ValueError as error:
        return str(error)
    raise AssertionError("believed: " + repr(arguments))

assert refused(secret, headers, body + b" ", now, seen) == "not signed with our secret"
assert refused("another secret of 24 octets", headers, body, now, seen) == "not signed with our secret"
assert refused(secret, dict(headers, **{{"webhook-id": "notice-8-1"}}), body, now, seen) == "not signed with our secret"
assert refused(secret, dict(headers, **{{"webhook-timestamp": str(now + 1)}}), body, now, seen) == "not signed with our secret"
assert refused(secret, headers, body, now + 301, seen) == "too old, or from the future"
assert refused(secret, headers, body, now - 301, seen) == "too old, or from the future"
print("verified")
"#,
        body = std::str::from_utf8(&request.body).unwrap(),
        secret = std::str::from_utf8(SECRET).unwrap(),
    );
    let python =
        tokio::process::Command::new("/usr/bin/python3").arg("-c").arg(format!("{block}{checks}")).output();
    let answer = python.await.expect("python3 is among the packages of the tests");
    let printed = String::from_utf8_lossy(&answer.stdout);
    assert_eq!(printed.trim(), "verified", "{}", String::from_utf8_lossy(&answer.stderr));
}

/// A receiver that answers without end costs a few KiB.
#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let endless = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 500 Oops\r\ncontent-type: text/plain\r\n\r\n").await.unwrap();
        let mut written = 0_usize;
        while stream.write_all(&[b'x'; 8192]).await.is_ok() {
            written += 8192;
        }
        written
    });
    let refused = hook(port).webhook("alerts", &event()).await.unwrap_err();
    let Undelivered::Later { problem } = refused else { panic!("it may go better later") };
    assert!(problem.starts_with("HTTP status 500") && problem.len() < 5 * 1024, "{}", problem.len());
    // What the kernel's buffers took, and no more: the connection is closed.
    assert!(endless.await.unwrap() < 64 * 1024 * 1024);
}
