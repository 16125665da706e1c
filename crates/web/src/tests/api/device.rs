//! A consent on another device (RFC 8628), as an owner's program asks for it.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use postern_service::upstream::TokenEndpoint;
use postern_testkit::{FakeProvider, TestService};
use serde_json::{Value, json};

use super::{ANNA, Answer, BO, PROGRAM, Program, ROOT, people, without_ids};
use crate::tests::client::TestPortal;
use crate::tests::mailbox;

const DEVICE: &str = "/api/v1/accounts/me/consents/Exchange%20Online/device-authorization";

async fn open() -> (TestPortal, Arc<FakeProvider>) {
    let fake = FakeProvider::new();
    let endpoint = Arc::clone(&fake) as Arc<dyn TokenEndpoint>;
    let test = TestService::open_for_owners(vec![mailbox::provider()], endpoint, &[]).await;
    (people(TestPortal::over(test)).await, fake)
}

async fn poll(program: &Program, code: &Value) -> Answer {
    program.ask(Method::POST, &format!("{DEVICE}/poll"), &json!({ "deviceCode": code })).await
}

#[tokio::test]
async fn an_owner_connects_the_mailbox_without_a_browser_here() {
    let (portal, provider) = open().await;
    let anna = portal.program(ANNA, "account.own consents.own").await;
    let wait = |seconds| portal.test.clock.advance(Duration::from_secs(seconds));
    let begun = anna.ask(Method::POST, DEVICE, &Value::Null).await;
    let code = begun.json()["deviceCode"].clone();
    let shown = without_ids(&begun).replace(code.as_str().unwrap(), "(opaque)");
    assert!(!shown.contains("device-code-needle"), "the provider's own code stays here");
    insta::assert_snapshot!(shown, @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=599;t=60
    {
      "deviceCode": "(opaque)",
      "expiresAt": "2026-11-22T14:30:54Z",
      "expiresIn": 900,
      "interval": 5,
      "userCode": "ABCD-EFGH",
      "verificationUri": "https://login.example.test/code",
      "verificationUriComplete": null
    }
    "#);

    // Whoever is in a hurry is told to wait, and the provider is not asked.
    let asked = provider.count();
    let soon = poll(&anna, &code).await;
    assert_eq!((soon.status, soon.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "5"));
    let again = anna.ask(Method::POST, DEVICE, &Value::Null).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(provider.count(), asked);

    wait(5);
    assert_eq!(poll(&anna, &code).await.json(), json!({ "state": "pending", "interval": 5 }));
    // The provider may want to be asked less often.
    provider.answer_next(400, None, r#"{"error":"slow_down"}"#);
    wait(5);
    assert_eq!(poll(&anna, &code).await.json(), json!({ "state": "pending", "interval": 10 }));
    wait(5);
    assert_eq!(poll(&anna, &code).await.status, StatusCode::TOO_MANY_REQUESTS);

    // Another mailbox is not connected, whoever typed the code.
    provider.consent_for_the_device("boss@example.test");
    wait(5);
    let others = poll(&anna, &code).await;
    assert_eq!(others.status, StatusCode::CONFLICT, "{}", others.body);
    assert!(others.body.contains("boss@example.test"), "{}", others.body);
    let list = "/api/v1/accounts/me/consents";
    assert_eq!(anna.get(list).await.json()["items"][0]["state"], "not-connected");

    provider.consent_for_the_device(ANNA);
    wait(5);
    assert_eq!(poll(&anna, &code).await.json(), json!({ "state": "connected", "interval": 5 }));
    let consent = anna.get(list).await.json()["items"][0].clone();
    assert_eq!((&consent["state"], &consent["mailbox"]), (&json!("connected"), &json!(ANNA)));
    let auditor = portal.program(ROOT, "audit.read").await;
    let records = auditor.get("/api/v1/audit-records?operation=connect-mailbox").await.json();
    assert_eq!(records["items"][0]["actor"], format!("API token Backup job of {ANNA}"));

    wait(900);
    let over = poll(&anna, &code).await;
    assert_eq!(over.status, StatusCode::CONFLICT);
    assert!(over.body.contains("begin again"), "{}", over.body);
}

#[tokio::test]
async fn no_mailbox_is_connected_for_another_without_the_scope_for_others() {
    let (portal, provider) = open().await;
    let anna = portal.program(ANNA, "account.own consents.own").await;
    let bo = portal.program(BO, "account.own consents.own").await;
    let reader = portal.program(ANNA, "account.own").await;
    let root = portal.program(ROOT, "accounts.read consents.own").await;
    let of_anna = DEVICE.replace("/me/", &format!("/{ANNA}/"));
    for (program, path, status) in [
        (&reader, DEVICE, StatusCode::FORBIDDEN),
        (&bo, &*of_anna, StatusCode::NOT_FOUND),
        // Who sees her account is told that the scope is missing, and not that there is no such account.
        (&root, &*of_anna, StatusCode::FORBIDDEN),
        (&anna, "/api/v1/accounts/me/consents/nobody/device-authorization", StatusCode::NOT_FOUND),
    ] {
        let answer = program.ask(Method::POST, path, &Value::Null).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    assert_eq!(provider.count(), 0);
    let code = anna.ask(Method::POST, DEVICE, &Value::Null).await.json()["deviceCode"].clone();
    let asked = provider.count();
    // Her code is none of his, nor is it one when it was changed, or made up.
    let text = code.as_str().unwrap();
    let mut changed = text.to_owned();
    let last = if text.ends_with('A') { "B" } else { "A" };
    changed.replace_range(text.len() - 20..text.len() - 19, last);
    for (program, code) in
        [(&bo, text), (&anna, "device-code-needle"), (&anna, ""), (&anna, &*changed), (&anna, "AAAAAQ")]
    {
        portal.test.clock.advance(Duration::from_secs(5));
        let refused = poll(program, &json!(code)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}: {}", refused.body);
        assert_eq!(refused.json()["errors"][0]["pointer"], "/deviceCode");
    }
    assert_eq!(provider.count(), asked);
}

#[tokio::test]
async fn an_administrator_connects_the_mailbox_of_a_service_account_and_no_other() {
    let (portal, provider) = open().await;
    let root = portal.program(ROOT, "accounts.read accounts.write").await;
    let device = DEVICE.replace("/me/", &format!("/{PROGRAM}/"));
    let begun = root.ask(Method::POST, &device, &Value::Null).await;
    let code = json!({ "deviceCode": begun.json()["deviceCode"] });
    let poll = async || {
        portal.test.clock.advance(Duration::from_secs(5));
        root.ask(Method::POST, &format!("{device}/poll"), &code).await
    };
    // Whoever is talked into typing the code connects nothing.
    provider.consent_for_the_device(ANNA);
    let others = poll().await;
    assert_eq!(others.status, StatusCode::CONFLICT, "{}", others.body);
    provider.consent_for_the_device(PROGRAM);
    assert_eq!(poll().await.json()["state"], "connected");
    let consents = root.get(&format!("/api/v1/accounts/{PROGRAM}/consents")).await.json();
    assert_eq!(consents["items"][0]["mailbox"], PROGRAM);
    let of_anna = root.get(&format!("/api/v1/accounts/{ANNA}/consents")).await.json();
    assert_eq!(of_anna["items"][0]["state"], "not-connected");
}
