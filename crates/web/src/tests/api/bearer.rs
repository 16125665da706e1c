//! Who is let in, and what those are told who are not.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use postern_domain::account::Role;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, account_name};
use serde_json::json;

use super::{ANNA, BO, ROOT, portal, send};
use crate::PeerAddress;
use crate::tests::client::ADDRESS;

#[tokio::test]
async fn a_token_tells_whose_it_is() {
    let portal = portal().await;
    let answer = portal.program(ANNA, "account.own").await.get("/api/v1/me").await;
    let token_id = answer.json()["tokenId"].as_str().unwrap().to_owned();
    insta::assert_snapshot!(answer.whole().replace(&token_id, "(id)"), @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=599;t=60
    {
      "account": "anna@example.test",
      "name": "Backup job",
      "scopes": [
        "account.own"
      ],
      "tokenId": "(id)"
    }
    "#);
}

#[tokio::test]
async fn what_is_no_good_token_is_told_why() {
    let portal = portal().await;
    let ask = async |authorization: Option<&str>| {
        let mut request = Request::builder()
            .uri("/api/v1/me")
            .header(header::HOST, "portal.example.test")
            .extension(PeerAddress(ADDRESS.parse().unwrap()));
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let answer = send(&portal.router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.json()["type"], "https://portal.example.test/api/docs#unauthenticated");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        format!("{} {}\n  {detail}", answer.status.as_u16(), answer.header("www-authenticate"))
    };
    let token = portal.token(ANNA, "account.own").await;
    let text = token.text.expose();
    let mut told = vec![
        ask(None).await,
        ask(Some("Basic YW5uYTpzZWNyZXQ=")).await,
        ask(Some(&format!("Bearer {}x", &text[..text.len() - 1]))).await,
        ask(Some("Bearer")).await,
        ask(Some("Digest x")).await,
    ];
    let app_password = portal.test.app_password(ANNA, "Contact form").await;
    let app_password = app_password.secret.expose_grouped();
    told.push(ask(Some(&format!("Bearer {}", *app_password))).await);
    told.push(ask(Some(&format!("Bearer {ACCOUNT_PASSWORD}"))).await);
    portal.test.service.block_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    told.push(ask(Some(&format!("Bearer {text}"))).await);
    portal.test.service.unblock_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    portal.test.service.revoke_api_token(OPERATOR, token.token.id).await.unwrap();
    told.push(ask(Some(&format!("Bearer {text}"))).await);
    let token = portal.token(ANNA, "account.own").await;
    portal.test.clock.advance(Duration::from_secs(90 * 24 * 3600));
    told.push(ask(Some(&format!("Bearer {}", token.text.expose()))).await);
    insta::assert_snapshot!(told.join("\n"), @r#"
    401 Bearer realm="postern"
      Send an API token as `Authorization: Bearer postern_…`; create one at https://portal.example.test/api-tokens.
    401 Bearer realm="postern"
      Passwords open nothing here, neither an account password nor an app password. Send an API token as `Authorization: Bearer postern_…`; create one at https://portal.example.test/api-tokens.
    401 Bearer realm="postern", error="invalid_token", error_description="the token is not one of ours, or was cut or mistyped: copy it anew, the whole text"
      The token is not one of ours, or was cut or mistyped: copy it anew, the whole text.
    401 Bearer realm="postern", error="invalid_token", error_description="the token is not one of ours, or was cut or mistyped: copy it anew, the whole text"
      The token is not one of ours, or was cut or mistyped: copy it anew, the whole text.
    401 Bearer realm="postern"
      Send an API token as `Authorization: Bearer postern_…`; create one at https://portal.example.test/api-tokens.
    401 Bearer realm="postern", error="invalid_token", error_description="the token is not one of ours, or was cut or mistyped: copy it anew, the whole text"
      The token is not one of ours, or was cut or mistyped: copy it anew, the whole text.
    401 Bearer realm="postern", error="invalid_token", error_description="the token is not one of ours, or was cut or mistyped: copy it anew, the whole text"
      The token is not one of ours, or was cut or mistyped: copy it anew, the whole text.
    401 Bearer realm="postern", error="invalid_token", error_description="the token's owner is blocked or deleted: ask an administrator"
      The token's owner is blocked or deleted: ask an administrator.
    401 Bearer realm="postern", error="invalid_token", error_description="the token was revoked: create another one"
      The token was revoked: create another one.
    401 Bearer realm="postern", error="invalid_token", error_description="the token has expired: create another one, or ask for a new access token"
      The token has expired: create another one, or ask for a new access token.
    "#);
}

#[tokio::test]
async fn a_portal_session_opens_nothing_here() {
    let portal = portal().await;
    let person = portal.person("cy@example.test").await;
    let request = person.client.request(Method::GET, "/api/v1/me").body(Body::empty()).unwrap();
    let answer = send(&portal.router, request).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn a_token_never_may_more_than_its_owner_at_that_moment() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read accounts.block").await;
    assert_eq!(root.get("/api/v1/accounts").await.status, StatusCode::OK);
    // Another administrator, so that the role may be taken away.
    let kind = postern_domain::account::AccountKind::Person;
    let state = postern_domain::mfa::MfaState::Enforced;
    portal.test.add("second@example.test", state, Role::GlobalAdministrator, kind).await;
    let mut transaction = portal.test.store.begin().await.unwrap();
    let mut account = transaction.account_by_address(&account_name(ROOT)).await.unwrap().unwrap();
    account.role = Role::Auditor;
    transaction.update_account(&account, account.created_at).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(root.get("/api/v1/accounts").await.status, StatusCode::OK);
    let refused = root.ask(Method::POST, &format!("/api/v1/accounts/{BO}/block"), &json!(null)).await;
    insta::assert_snapshot!(refused.whole(), @r#"
    403 Forbidden
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=597;t=60
    {
      "detail": "The token has the scope, and its owner's role does not allow it any more.",
      "status": 403,
      "title": "That is not allowed",
      "type": "https://portal.example.test/api/docs#not-allowed"
    }
    "#);
}

#[tokio::test]
async fn without_the_scope_it_is_told_which_it_takes() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "account.own").await;
    let answer = anna.get("/api/v1/settings").await;
    insta::assert_snapshot!(answer.whole(), @r#"
    403 Forbidden
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=599;t=60
    www-authenticate: Bearer realm="postern", error="insufficient_scope", scope="settings.read"
    {
      "detail": "It takes `settings.read`. Create a token that has it.",
      "scope": "settings.read",
      "status": 403,
      "title": "The token has not the scope for this",
      "type": "https://portal.example.test/api/docs#insufficient-scope"
    }
    "#);
}

#[tokio::test]
async fn a_token_has_so_many_requests_in_a_minute() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "account.own").await;
    for _ in 0..600 {
        assert_eq!(anna.get("/api/v1/me").await.status, StatusCode::OK);
    }
    insta::assert_snapshot!(anna.get("/api/v1/me").await.whole(), @r#"
    429 Too Many Requests
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=0;t=60
    retry-after: 60
    {
      "detail": "A token has 600 requests in a minute.",
      "status": 429,
      "title": "Too many requests",
      "type": "https://portal.example.test/api/docs#too-many-requests"
    }
    "#);
    // Another token has its own.
    assert_eq!(portal.program(BO, "account.own").await.get("/api/v1/me").await.status, StatusCode::OK);
    portal.test.clock.advance(Duration::from_secs(60));
    assert_eq!(anna.get("/api/v1/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn hosts_methods_and_addresses_that_do_not_fit_are_told_as_json() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "account.own").await;
    let other_host = Request::builder().uri("/api/v1/me").header(header::HOST, "evil.example");
    let other_host = send(&portal.router, other_host.body(Body::empty()).unwrap()).await;
    let answers = [
        other_host.whole(),
        anna.get("/api/v1/nothing").await.whole(),
        anna.ask(Method::PUT, "/api/v1/me", &json!(null)).await.whole(),
        anna.ask(Method::OPTIONS, "/api/v1/me", &json!(null)).await.whole(),
    ];
    insta::assert_snapshot!(answers.join("\n\n"), @r#"
    421 Misdirected Request
    content-type: application/problem+json
    {
      "detail": "Send it to https://portal.example.test.",
      "status": 421,
      "title": "The API does not live at this address",
      "type": "https://portal.example.test/api/docs#other-host"
    }

    404 Not Found
    content-type: application/problem+json
    {
      "detail": "The documentation lists every address: /api/docs.",
      "status": 404,
      "title": "There is no such thing",
      "type": "https://portal.example.test/api/docs#not-found"
    }

    405 Method Not Allowed
    allow: GET,HEAD
    content-type: application/problem+json
    {
      "detail": "`Allow` names the methods.",
      "status": 405,
      "title": "The method does not fit",
      "type": "https://portal.example.test/api/docs#other-method"
    }

    405 Method Not Allowed
    allow: GET,HEAD
    content-type: application/problem+json
    {
      "detail": "`Allow` names the methods.",
      "status": 405,
      "title": "The method does not fit",
      "type": "https://portal.example.test/api/docs#other-method"
    }
    "#);
    let head = anna.ask(Method::HEAD, "/api/v1/me", &json!(null)).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
}
