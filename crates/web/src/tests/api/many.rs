//! Changes to many accounts, begun by a program.

use std::net::IpAddr;

use http::{Method, StatusCode};
use postern_domain::account::Role;
use postern_domain::mfa::MfaState;
use postern_service::api::ClientCredentials;
use postern_testkit::OPERATOR;
use serde_json::{Value, json};

use super::oauth::principal;
use super::{BO, Program, ROOT, portal};
use crate::tests::client::{ADDRESS, TestPortal};

const AGNES: &str = "agnes@example.test";

/// Agnes decides how people sign in.
async fn agnes(portal: &TestPortal) {
    let kind = postern_domain::account::AccountKind::Person;
    portal.test.add(AGNES, MfaState::Enforced, Role::AuthenticationAdministrator, kind).await;
}

/// Begins a change, and waits for its end. Gives how it ended, and what was not done.
async fn done(program: &Program, body: &Value) -> (Value, Vec<(String, String)>) {
    let begun = program.ask(Method::POST, "/api/v1/account-changes", body).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
    let path = begun.header("location").to_owned();
    let ended = loop {
        let stands = program.get(&path).await.json();
        if !stands["finishedAt"].is_null() {
            break stands;
        }
        tokio::task::yield_now().await;
    };
    let left = program.get(&format!("{path}/not-done")).await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let left = left["items"].as_array().unwrap().iter();
    (ended, left.map(|item| (text(&item["account"]), text(&item["reason"]))).collect())
}

async fn live(portal: &TestPortal, account: &str) -> usize {
    let name = postern_testkit::account_name(account);
    let all = portal.test.service.list_app_passwords(OPERATOR, &name, None, 1000).await.unwrap();
    let now = portal.test.service.clock().now();
    all.iter().filter(|one| one.state_at(now) == postern_domain::app_password::EffectiveState::Active).count()
}

#[tokio::test]
async fn a_token_changes_others_as_far_as_its_owner_may_and_never_its_owners_own() {
    let portal = portal().await;
    agnes(&portal).await;
    for account in [AGNES, BO, ROOT] {
        portal.test.app_password(account, "Contact form").await;
    }
    let program = portal.program(AGNES, "accounts.read app-passwords.write").await;
    let (ended, left) =
        done(&program, &json!({ "change": "revoke-app-passwords", "accounts": [AGNES, BO, ROOT] })).await;
    assert_eq!((&ended["total"], &ended["done"], &ended["notDone"]), (&json!(3), &json!(1), &json!(2)));
    assert_eq!(ended["askedBy"], format!("API token Backup job of {AGNES}"));
    assert_eq!(
        left[0],
        (AGNES.to_owned(), "it is the account of the token's owner: change it by itself".to_owned())
    );
    assert_eq!(left[1].0, ROOT);
    assert_eq!((live(&portal, AGNES).await, live(&portal, BO).await, live(&portal, ROOT).await), (1, 0, 1));
}

#[tokio::test]
async fn a_change_takes_its_own_scope_and_an_owner() {
    let portal = portal().await;
    agnes(&portal).await;
    let before = portal.test.store.snapshot().await.unwrap().audit_head().await.unwrap().sequence;
    let begin = async |program: &Program, change: &str| {
        let body = json!({ "change": change, "matching": {} });
        program.ask(Method::POST, "/api/v1/account-changes", &body).await
    };
    // The scope for another change; the scope, without the role; a program of its own.
    let program = portal.program(AGNES, "accounts.read app-passwords.write").await;
    let made = portal.test.store.snapshot().await.unwrap().audit_head().await.unwrap().sequence;
    for change in ["mfa enforced", "block", "add-to-group sales"] {
        let refused = begin(&program, change).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{change}: {}", refused.body);
    }
    let crm = principal(&portal, "CRM", "accounts.read accounts.block").await;
    let credentials = ClientCredentials {
        client_id: &crm.principal.id.to_string(),
        client_secret: crm.secret.expose(),
        scope: None,
        address: ADDRESS.parse::<IpAddr>().unwrap(),
    };
    let issued = portal.test.service.issue_access_token(credentials).await.unwrap();
    let refused = begin(&portal.with(issued.text.expose()), "block").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("in the name of an account"), "{}", refused.body);
    let after = portal.test.store.snapshot().await.unwrap().audit_head().await.unwrap().sequence;
    assert_eq!((made, after), (before + 1, made + 1), "only the token and the principal were made");
    // What is neither a change nor a choice is told as what it is.
    let told = async |body: Value| {
        let answer = program.ask(Method::POST, "/api/v1/account-changes", &body).await;
        (answer.status.as_u16(), answer.json()["errors"][0]["pointer"].clone())
    };
    let many: Vec<&str> = vec![BO; 1001];
    for (body, pointer) in [
        (json!({ "change": "promote", "matching": {} }), "/change"),
        (json!({ "change": "block" }), ""),
        (json!({ "change": "block", "accounts": [], "matching": {} }), ""),
        (json!({ "change": "block", "accounts": [BO, "nobody@example.test"] }), "/accounts/1"),
        (json!({ "change": "block", "accounts": many }), "/accounts"),
        (json!({ "change": "block", "matching": { "role": "king" } }), "/matching/role"),
        (json!({ "change": "block", "matching": { "roles": "king" } }), "/matching/roles"),
    ] {
        assert_eq!(told(body.clone()).await, (422, json!(pointer)), "{body}");
    }
}
