//! Refused for a right that is missing: whoever sees an account is told so, and to whoever sees none another's is as if it were
//! not there.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Method, StatusCode, header};
use postern_domain::account::Role;
use postern_service::upstream::TokenEndpoint;
use postern_testkit::{FakeProvider, OPERATOR, TestService, account_name};
use serde_json::{Value, json};

use super::endpoints::token_from_better_days;
use super::{NOTHING, deeds};
use crate::tests::client::{Shown, TestPortal};
use crate::tests::mailbox;

const BERT: &str = "bert@example.test";
const NOBODY: &str = "nobody@example.test";

/// Somebody who may do a deed to others, beside the account's owner.
const HELP_DESK_TOO: &[Role] = &[Role::HelpDesk, Role::AuthenticationAdministrator];
const NOBODY_BELOW: &[Role] = &[];

/// What is done to an account, and who may of those who are no global administrators.
fn asked(method: &str) -> Vec<(Method, String, Value, &'static [Role])> {
    let consent = "consents/Exchange%20Online";
    let address = json!({ "address": "home@example.net" });
    [
        (Method::POST, "notification-addresses".to_owned(), address, NOBODY_BELOW),
        (Method::DELETE, format!("notification-addresses/{NOTHING}"), Value::Null, NOBODY_BELOW),
        (
            Method::POST,
            format!("notification-addresses/{NOTHING}/confirm"),
            json!({ "code": "123456" }),
            NOBODY_BELOW,
        ),
        (Method::POST, format!("{consent}/device-authorization"), Value::Null, NOBODY_BELOW),
        (Method::DELETE, consent.to_owned(), Value::Null, NOBODY_BELOW),
        (Method::GET, "mailbox-passwords".to_owned(), Value::Null, NOBODY_BELOW),
        (Method::PUT, "mailbox-passwords/old%20dovecot".to_owned(), json!({ "password": "x" }), NOBODY_BELOW),
        (Method::DELETE, "mailbox-passwords/old%20dovecot".to_owned(), Value::Null, NOBODY_BELOW),
        (Method::PATCH, format!("methods/{method}"), json!({ "label": "Phone" }), NOBODY_BELOW),
        (Method::DELETE, format!("methods/{NOTHING}"), Value::Null, HELP_DESK_TOO),
        (Method::DELETE, format!("outside-identities/{NOTHING}"), Value::Null, HELP_DESK_TOO),
    ]
    .into()
}

async fn ask(portal: &TestPortal, token: &str, method: &Method, path: &str, body: &Value) -> Shown {
    // An own minute for each, so that the limit of requests is not what refuses.
    portal.test.clock.advance(Duration::from_secs(60));
    let mut client = portal.client();
    let request = client.request(method.clone(), path);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = request.header(header::CONTENT_TYPE, "application/json");
    client.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn who_sees_an_account_is_told_that_the_right_is_missing_and_others_learn_nothing() {
    for role in [Role::Member, Role::HelpDesk, Role::Auditor, Role::AuthenticationAdministrator] {
        let endpoint = FakeProvider::new() as Arc<dyn TokenEndpoint>;
        let test = TestService::open_for_owners(vec![mailbox::provider()], endpoint, &["old dovecot"]).await;
        let portal = TestPortal::over(test);
        portal.person(BERT).await;
        let bert = portal.test.service.find_account(OPERATOR, &account_name(BERT)).await.unwrap();
        let token = token_from_better_days(&portal, role).await;
        for (method, rest, body, who) in asked(&bert.methods[0].id.to_string()) {
            let path = |account: &str| format!("/api/v1/accounts/{account}/{rest}");
            let what = format!("{method} {rest} as {}", role.name());
            let before = deeds(&portal).await;
            let theirs = ask(&portal, &token, &method, &path(BERT), &body).await;
            let missing = ask(&portal, &token, &method, &path(NOBODY), &body).await;
            assert_eq!(deeds(&portal).await, before, "{what}: something was done");
            if role == Role::Member {
                assert!(matches!(theirs.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{what}");
                assert_eq!(theirs.status, missing.status, "{what}");
                assert_eq!(theirs.body.replace(BERT, NOBODY), missing.body, "{what}");
                continue;
            }
            assert!(matches!(missing.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{what}");
            if who.contains(&role) {
                // What is missing then is the method or the link.
                assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{what}: {}", theirs.body);
                assert_ne!(theirs.body.replace(BERT, NOBODY), missing.body, "{what}");
            } else {
                assert_eq!(theirs.status, StatusCode::FORBIDDEN, "{what}: {}", theirs.body);
                assert!(theirs.body.contains("#not-allowed"), "{what}: {}", theirs.body);
            }
        }
    }
}
