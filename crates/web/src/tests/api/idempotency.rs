//! A request that is sent again is done once.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ANNA, BO, ROOT, portal};

const KEY: &str = "idempotency-key";

fn new(name: &str) -> Value {
    json!({ "name": name, "doors": ["smtp"] })
}

const PATH: &str = "/api/v1/accounts/me/app-passwords";

/// R4: a lost answer to a creation leaves an app password that is marked never used, visible and revocable; its secret is
/// never shown again.
#[tokio::test]
async fn a_lost_answer_leaves_no_second_app_password_and_no_secret() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let first = anna.ask_with(Method::POST, PATH, &new("Contact form"), &[(KEY, "a")]).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let secret = first.json()["secret"].as_str().unwrap().to_owned();
    let again = anna.ask_with(Method::POST, PATH, &new("Contact form"), &[(KEY, "\"a\"")]).await;
    let path = first.header("location").to_owned();
    assert!(!again.body.contains(&secret));
    insta::assert_snapshot!(again.whole().replace(&path, "(path)"), @r#"
    409 Conflict
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=598;t=60
    {
      "detail": "(path) was created by this request before. Its secret was in the answer and nowhere else. If that answer was lost, revoke it and create another one with a fresh key.",
      "resource": "(path)",
      "status": 409,
      "title": "That was created before",
      "type": "https://portal.example.test/api/docs#already-created"
    }
    "#);
    let listed = anna.get(PATH).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!((&listed["items"][0]["useCount"], &listed["items"][0]["lastUsed"]), (&json!(0), &json!(null)));
    assert_eq!(anna.ask(Method::DELETE, &path, &json!(null)).await.status, StatusCode::NO_CONTENT);
    // Nothing of it is written down anywhere: the database holds no text of the secret.
    let written = portal.test.store.begin().await.unwrap().keyed_request(&token_key(&anna).await, "a").await;
    assert!(!format!("{written:?}").contains(&secret));
}

async fn token_key(program: &super::Program) -> [u8; 16] {
    let me = program.get("/api/v1/me").await.json();
    let id: postern_domain::id::ApiTokenId = me["tokenId"].as_str().unwrap().parse().unwrap();
    *id.as_bytes()
}

#[tokio::test]
async fn an_answer_without_a_secret_is_given_again() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.write accounts.read").await;
    let body = json!({ "name": "dora@example.test" });
    let first = root.ask_with(Method::POST, "/api/v1/accounts", &body, &[(KEY, "a")]).await;
    let again = root.ask_with(Method::POST, "/api/v1/accounts", &body, &[(KEY, "a")]).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    // Another request with the same key; another program with the same key.
    let other = root
        .ask_with(Method::POST, "/api/v1/accounts", &json!({ "name": "eve@example.test" }), &[(KEY, "a")])
        .await;
    insta::assert_snapshot!(other.whole(), @r#"
    422 Unprocessable Entity
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=597;t=60
    {
      "detail": "Use a fresh key for each request.",
      "status": 422,
      "title": "The idempotency key was used for another request",
      "type": "https://portal.example.test/api/docs#key-reused"
    }
    "#);
    let bo = portal.program(BO, "app-passwords.own").await;
    assert_eq!(
        bo.ask_with(Method::POST, PATH, &new("Contact form"), &[(KEY, "a")]).await.status,
        StatusCode::CREATED
    );
    // A day later the key is forgotten.
    portal.test.clock.advance(std::time::Duration::from_secs(24 * 3600 + 1));
    let later = root.ask_with(Method::POST, "/api/v1/accounts", &body, &[(KEY, "a")]).await;
    assert_eq!(later.status, StatusCode::CONFLICT);
    assert_eq!(later.json()["type"], "https://portal.example.test/api/docs#conflict");
}

#[tokio::test]
async fn a_request_that_failed_may_be_sent_again_with_its_key() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let wrong = anna.ask_with(Method::POST, PATH, &new("x"), &[(KEY, "a")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = anna.ask_with(Method::POST, PATH, &new("Contact form"), &[(KEY, "a")]).await;
    assert_eq!(right.status, StatusCode::CREATED);
    for bad in ["", "a b", &"x".repeat(256)] {
        let answer = anna.ask_with(Method::POST, PATH, &new("Contact form"), &[(KEY, bad)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let twice = anna.ask_with(Method::POST, PATH, &new("Contact form"), &[(KEY, "b"), (KEY, "c")]).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
}

/// Thirty-two at once with one key: one is created, and all are told of it or that it is in progress.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_is_done() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let requests: Vec<_> = (0..32)
        .map(|_| {
            let anna = anna.clone();
            tokio::spawn(async move {
                anna.ask_with(Method::POST, PATH, &new("Contact form"), &[(KEY, "a")]).await.status
            })
        })
        .collect();
    let mut statuses = BTreeMap::new();
    for request in requests {
        *statuses.entry(request.await.unwrap().as_u16()).or_insert(0) += 1;
    }
    assert_eq!(statuses, BTreeMap::from([(201, 1), (409, 31)]));
    assert_eq!(anna.get(PATH).await.json()["items"].as_array().unwrap().len(), 1);
}
