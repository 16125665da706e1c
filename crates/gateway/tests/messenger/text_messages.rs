//! Text messages through a gateway.

use http::{HeaderMap, HeaderValue, Method};
use postern_gateway::Trust;
use postern_gateway::messenger::{BodyTemplate, MessengerConfig, TextGateway};
use postern_service::messenger::{Messenger as _, Undelivered};

use super::messenger;
use super::receiver::Receiver;

#[tokio::test]
async fn a_text_is_one_value_and_only_the_status_decides() {
    let receiver = Receiver::start(&["202 Accepted", "400 Bad", "429 Slow", "200 OK"]).await;
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static("Bearer key"));
    let texts = TextGateway {
        uri: format!("http://127.0.0.1:{}/sms", receiver.port).parse().unwrap(),
        method: Method::PUT,
        headers,
        body: BodyTemplate::json(r#"{"to": "{to}", "body": "{text}"}"#).unwrap(),
        success: vec![202],
        trust: Trust::Platform,
    };
    let messenger = messenger(MessengerConfig { texts: Some(texts), ..MessengerConfig::default() });
    let to = "+49 151 23456789".parse().unwrap();
    let text = "Your \"code\" is 123456 {to}";
    messenger.text(&to, text).await.unwrap();
    let answer = "HTTP status 400".to_owned();
    assert_eq!(messenger.text(&to, text).await, Err(Undelivered::Refused { answer }));
    for status in ["429", "200"] {
        let problem = format!("HTTP status {status}");
        assert_eq!(messenger.text(&to, text).await, Err(Undelivered::Later { problem }));
    }
    let requests = receiver.requests().await;
    assert_eq!(requests[0].line(), "PUT /sms HTTP/1.1");
    assert_eq!(requests[0].header("authorization"), "Bearer key");
    let body: serde_json::Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!(body, serde_json::json!({ "to": "+4915123456789", "body": text }));
}
