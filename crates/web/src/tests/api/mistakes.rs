//! What a request that cannot be understood is told.

use http::{Method, StatusCode};
use postern_testkit::{OPERATOR, account_name};
use serde_json::json;

use super::{ANNA, ROOT, portal};

#[tokio::test]
async fn everything_wrong_with_a_request_is_told_at_once() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let path = "/api/v1/accounts/me/app-passwords";
    let body = json!({
        "name": "x", "doors": ["smtp", "fax"], "networks": ["10.0.0/8"], "expiresAt": "tomorrow",
        "sender": "listed", "profile": "none", "limits": { "sessions": 0 },
    });
    insta::assert_snapshot!(anna.ask(Method::POST, path, &body).await.whole(), @r#"
    422 Unprocessable Entity
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=599;t=60
    {
      "detail": "Nothing was changed. See `errors`.",
      "errors": [
        {
          "detail": "Too short: a name has 8 to 64 characters; say what uses it, for example \"Contact form\".",
          "pointer": "/name"
        },
        {
          "detail": "No such door; the doors are smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl.",
          "pointer": "/doors/1"
        },
        {
          "detail": "`10.0.0/8` is not a network: write an address (192.0.2.7) or a network (192.0.2.0/24, 2001:db8::/32).",
          "pointer": "/networks/0"
        },
        {
          "detail": "It takes a moment with its time zone, as in 2027-03-31T22:00:00Z.",
          "pointer": "/expiresAt"
        },
        {
          "detail": "The list of sender addresses is empty.",
          "pointer": "/senders"
        },
        {
          "detail": "Not a limit: a whole number from 1 to 1000000; to allow none at all, revoke or suspend the app password.",
          "pointer": "/limits/sessions"
        },
        {
          "detail": "It takes standard, capitals-and-digits or sixteen-letters.",
          "pointer": "/profile"
        }
      ],
      "status": 422,
      "title": "The request has fields that are not valid",
      "type": "https://portal.example.test/api/docs#invalid-fields"
    }
    "#);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_what_is_wrong_with_it() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let path = "/api/v1/accounts/me/app-passwords";
    let told = async |body: &str, kind: &str| {
        let request = anna.request(Method::POST, path).header("content-type", kind);
        let answer = anna.send(request.body(axum::body::Body::from(body.to_owned())).unwrap()).await;
        format!("{} {}", answer.status.as_u16(), answer.body)
    };
    let json = "application/json; charset=utf-8";
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(70_000));
    let deep = "[".repeat(60_000);
    let told = [
        told("{", json).await,
        told("{\"name\":\"Contact form\",\"colour\":1}", json).await,
        told("{\"name\":\"Contact form\",\"doors\":\"smtp\"}", json).await,
        told("name=x", "application/x-www-form-urlencoded").await,
        told("{}", "text/plain").await,
        told(&long, json).await,
        told(&deep, json).await,
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    400 {"type":"https://portal.example.test/api/docs#malformed","title":"The request could not be read","status":400,"detail":"The body is no JSON: EOF while parsing an object at line 1 column 1."}
    422 {"type":"https://portal.example.test/api/docs#invalid-fields","title":"The request has fields that are not valid","status":422,"detail":"Nothing was changed. See `errors`.","errors":[{"pointer":"/colour","detail":"Unknown field `colour`, expected one of `name`, `note`, `doors`, `networks`, `expiresAt`, `idleExpiryDays`, `sender`, `senders`, `mayActForOnly`, `limits`, `profile`, `onBehalf`."}]}
    422 {"type":"https://portal.example.test/api/docs#invalid-fields","title":"The request has fields that are not valid","status":422,"detail":"Nothing was changed. See `errors`.","errors":[{"pointer":"/doors","detail":"Invalid type: string \"smtp\", expected a sequence."}]}
    415 {"type":"https://portal.example.test/api/docs#not-json","title":"The body is not JSON","status":415,"detail":"Send the body with `Content-Type: application/json`."}
    415 {"type":"https://portal.example.test/api/docs#not-json","title":"The body is not JSON","status":415,"detail":"Send the body with `Content-Type: application/json`."}
    413 {"type":"https://portal.example.test/api/docs#too-large","title":"The body is too long","status":413,"detail":"A body has at most 64 KiB, one of an import 16 MiB."}
    400 {"type":"https://portal.example.test/api/docs#malformed","title":"The request could not be read","status":400,"detail":"The body is no JSON: recursion limit exceeded at line 1 column 128."}
    "#);
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_told_what_is_wrong_with_it() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let nothing = anna.get("/api/v1/accounts/me/app-passwords?limit=0").await.status;
    assert_eq!(nothing, StatusCode::UNPROCESSABLE_ENTITY);
    let root = portal.program(ROOT, "accounts.read").await;
    for (query, pointer) in [
        ("limit=0", "?limit"),
        ("limit=x", "?limit"),
        ("limit=", "?limit"),
        ("mfaState=enforced&limit=-1", "?limit"),
        ("limit=1&limit=2", "?limit"),
        ("blocked=perhaps", "?blocked"),
        ("cursor=!", "?cursor"),
        ("colour=1", "?colour"),
        ("mfaState=on", "?mfaState"),
    ] {
        let answer = root.get(&format!("/api/v1/accounts?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{query}");
    }
}

#[tokio::test]
async fn what_no_endpoint_asks_for_after_the_question_mark_is_named_at_every_one() {
    let portal = portal().await;
    let every: Vec<&str> =
        postern_domain::api_token::Scope::all().map(postern_domain::api_token::Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    for endpoint in crate::api::endpoints() {
        portal.test.clock.advance(std::time::Duration::from_secs(60));
        let part = |part: &str| match part {
            "{account}" | "{user}" => ROOT.to_owned(),
            "{name}" => "step_up_age".to_owned(),
            "{sequence}" => "1".to_owned(),
            part if part.starts_with('{') => "01890000-0000-7000-8000-000000000001".to_owned(),
            part => part.to_owned(),
        };
        let path = endpoint.path.split('/').map(part).collect::<Vec<_>>().join("/");
        let answer = root.ask(endpoint.method.clone(), &format!("{path}?colour=1"), &json!({})).await;
        let what = format!("{} {path}: {} {}", endpoint.method, answer.status, answer.body);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "?colour", "{what}");
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_is_told_so() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read").await;
    let answer = root.get("/api/v1/accounts/%ff").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["detail"], "A part of its address is no text in UTF-8.");
}

#[tokio::test]
async fn a_token_that_does_not_read_accounts_is_told_why_an_id_is_too_much() {
    let portal = portal().await;
    let root = portal.program(ROOT, "mfa.write").await;
    let anna = portal.test.service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap().account.id;
    let state = json!({ "perUserMfaState": "disabled" });
    let path = |user: &str| format!("/api/v1/users/{user}/authentication/requirements");
    for id in [anna.to_string(), "01890000-0000-7000-8000-000000000001".to_owned()] {
        let refused = root.ask(Method::PATCH, &path(&id), &state).await;
        assert_eq!(
            (refused.status, &refused.json()["scope"]),
            (StatusCode::FORBIDDEN, &json!("accounts.read"))
        );
        assert!(refused.body.contains("named by its id"), "{}", refused.body);
    }
    assert_eq!(root.ask(Method::PATCH, &path(ANNA), &state).await.status, StatusCode::NO_CONTENT);
}
