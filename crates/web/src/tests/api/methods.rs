//! One's own authentication methods by a token: named, asked for first, deleted; and none weakens the sign-in by it.

use std::time::Duration;

use http::{Method, StatusCode};
use postern_domain::mfa::MfaState;
use postern_service::portal::{SessionToken, Standing};
use serde_json::{Value, json};

use super::{ANNA, BO, Program, ROOT, portal, without_ids};
use crate::tests::client::{Person, TestPortal};
use crate::tests::outside;

/// Somebody with two authenticator apps, the older one called *Phone*, the other *Tablet*.
async fn with_two(portal: &TestPortal, name: &str) -> Person {
    let mut person = portal.enrolled(name).await;
    let page = person.client.get("/methods/authenticator/new").await;
    let code = portal.code(&page.hidden("/methods/authenticator/new", "key"));
    let fields = [("code", code.as_str()), ("label", "Tablet")];
    person.client.submit(&page, "/methods/authenticator/new", &fields).await;
    person
}

/// The methods of an account as the API has them: id, label, whether it is asked for first.
async fn methods(program: &Program, account: &str) -> Vec<(String, String, bool)> {
    let account = program.get(&format!("/api/v1/accounts/{account}")).await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let methods = account["methods"].as_array().unwrap();
    methods
        .iter()
        .map(|method| (text(&method["id"]), text(&method["label"]), method["isDefault"].as_bool().unwrap()))
        .collect()
}

/// What somebody who is in can give a second factor with, in the order in which it is offered.
async fn offered(portal: &TestPortal, person: &Person) -> Vec<String> {
    let cookie = SessionToken::from_cookie(&person.client.cookies["__Host-postern-session"]).unwrap();
    let Some(Standing::Full(session)) = portal.test.service.resume_portal_session(&cookie).await.unwrap()
    else {
        panic!("not in")
    };
    let factors = portal.test.service.second_factors_of(session.session()).await.unwrap();
    factors.methods.into_iter().map(|method| method.label).collect()
}

#[tokio::test]
async fn an_owner_names_a_method_and_has_it_asked_for_first() {
    let portal = portal().await;
    let person = with_two(&portal, ANNA).await;
    let anna = portal.program(ANNA, "methods.own account.own").await;
    let before = methods(&anna, "me").await;
    assert_eq!(offered(&portal, &person).await, ["Phone", "Tablet"]);
    let path = format!("/api/v1/accounts/me/methods/{}", before[1].0);
    let change = json!({ "label": " Old\u{200b} tablet ", "isDefault": true });
    let answer = anna.ask(Method::PATCH, &path, &change).await;
    insta::assert_snapshot!(without_ids(&answer), @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=598;t=60
    {
      "hint": null,
      "id": "(random)",
      "isDefault": true,
      "kind": "authenticator-app",
      "label": "Old tablet",
      "lastUsedAt": "2026-11-22T14:16:54Z",
      "registeredAt": "2026-11-22T14:16:54Z"
    }
    "#);
    let after = methods(&anna, ANNA).await;
    assert_eq!(after[0], (before[0].0.clone(), "Phone".to_owned(), false));
    assert_eq!(after[1], (before[1].0.clone(), "Old tablet".to_owned(), true));
    assert_eq!(offered(&portal, &person).await, ["Old tablet", "Phone"], "the other may still be chosen");

    let root = portal.program(ROOT, "audit.read").await;
    let records = async || {
        let records = root.get("/api/v1/audit-records?operation=change-authentication-method").await.json();
        records["items"].as_array().unwrap().clone()
    };
    let written = records().await;
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["actor"], format!("API token Backup job of {ANNA}"));
    let details = json!({ "name": ANNA, "method": before[1].0, "label": "Tablet", "new label": "Old tablet", "asked for": "first" });
    assert_eq!(written[0]["details"], details);
    // What changes nothing is written down nowhere.
    for nothing in [json!({}), change] {
        assert_eq!(anna.ask(Method::PATCH, &path, &nothing).await.status, StatusCode::OK);
    }
    assert_eq!(records().await.len(), 1);
}

#[tokio::test]
async fn nobody_names_the_methods_of_another() {
    let portal = portal().await;
    with_two(&portal, ANNA).await;
    let every: Vec<&str> =
        postern_domain::api_token::Scope::all().map(postern_domain::api_token::Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    let bo = portal.program(BO, "methods.own account.own").await;
    let reads = portal.program(ANNA, "account.own app-passwords.own").await;
    let id = methods(&root, ANNA).await[0].0.clone();
    let change = json!({ "label": "Phone of the help desk", "isDefault": true });
    for (program, account, status) in [
        (&root, ANNA, StatusCode::FORBIDDEN),
        (&bo, ANNA, StatusCode::NOT_FOUND),
        // Their own account, with another's method.
        (&bo, "me", StatusCode::NOT_FOUND),
        (&reads, "me", StatusCode::FORBIDDEN),
    ] {
        let path = format!("/api/v1/accounts/{account}/methods/{id}");
        let answer = program.ask(Method::PATCH, &path, &change).await;
        assert_eq!(answer.status, status, "{account}: {}", answer.body);
    }
    assert_eq!(methods(&root, ANNA).await[0].1, "Phone");
}

#[tokio::test]
async fn what_a_change_of_a_method_does_not_take_is_named() {
    let portal = portal().await;
    let person = with_two(&portal, ANNA).await;
    let anna = portal.program(ANNA, "methods.own account.own").await;
    let id = methods(&anna, "me").await[0].0.clone();
    let path = format!("/api/v1/accounts/me/methods/{id}");
    for (change, pointer) in [
        (json!({ "isDefault": false }), "/isDefault"),
        (json!({ "name": "Phone" }), "/name"),
        (json!({ "label": 1 }), "/label"),
        (json!({ "label": "Phone 2", "isDefault": "yes" }), "/isDefault"),
    ] {
        let answer = anna.ask(Method::PATCH, &path, &change).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{change}: {}", answer.body);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{change}");
    }
    assert_eq!(offered(&portal, &person).await, ["Phone", "Tablet"]);
}

#[tokio::test]
async fn an_owner_deletes_a_lost_method_but_never_the_last_one() {
    let portal = portal().await;
    portal.test.account("carl@example.test", MfaState::Disabled).await;
    for (name, last) in [
        (
            ANNA,
            "This is your last authentication method, and your organization demands one: add another first.",
        ),
        (
            "carl@example.test",
            "This is the last authentication method: no token deletes it, only its owner in the portal.",
        ),
    ] {
        let mut person = match name {
            ANNA => with_two(&portal, name).await,
            _ => {
                let mut client = portal.client();
                client.sign_in(name, postern_testkit::ACCOUNT_PASSWORD).await;
                register(&portal, &mut client, "Phone").await;
                register(&portal, &mut client, "Tablet").await;
                Person { client, key: String::new(), codes: Vec::new() }
            }
        };
        let owner = portal.program(name, "methods.own account.own").await;
        let both = methods(&owner, "me").await;
        assert_eq!(both.len(), 2, "{name}");
        let of = |place: usize| format!("/api/v1/accounts/me/methods/{}", both[place].0);
        let _ = portal.test.messenger.take_mails();
        let gone = owner.ask(Method::DELETE, &of(0), &Value::Null).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT, "{name}: {}", gone.body);
        portal.test.service.deliver_notices().await.unwrap();
        let mails = portal.test.messenger.take_mails();
        assert!(
            mails.iter().any(|mail| mail.text.as_str().contains("Backup job")),
            "{name}: the owner is told"
        );
        // Whoever the method was lost to is out.
        assert_eq!(person.client.get("/security-info").await.status, StatusCode::SEE_OTHER, "{name}");
        let refused = owner.ask(Method::DELETE, &of(1), &Value::Null).await;
        assert_eq!(
            (refused.status, &refused.json()["detail"]),
            (StatusCode::CONFLICT, &json!(last)),
            "{name}"
        );
        assert_eq!(methods(&owner, "me").await.len(), 1, "{name}");
    }
}

async fn register(portal: &TestPortal, client: &mut crate::tests::client::Client, label: &str) {
    let page = client.get("/methods/authenticator/new").await;
    let code = portal.code(&page.hidden("/methods/authenticator/new", "key"));
    client.submit(&page, "/methods/authenticator/new", &[("code", &code), ("label", label)]).await;
}

#[tokio::test]
async fn an_owner_unlinks_somebody_elsewhere_and_nobody_elses() {
    let (portal, _) = outside::open(|_| {}).await;
    outside::linked(&portal).await;
    portal.test.account(BO, MfaState::Enforced).await;
    let anna = portal.program(ANNA, "methods.own account.own").await;
    let bo = portal.program(BO, "methods.own account.own").await;
    let links = anna.get("/api/v1/accounts/me/outside-identities").await.json();
    let id = links["items"][0]["id"].as_str().unwrap();
    for account in [ANNA, "me"] {
        let path = format!("/api/v1/accounts/{account}/outside-identities/{id}");
        let refused = bo.ask(Method::DELETE, &path, &Value::Null).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{account}: {}", refused.body);
    }
    let own = format!("/api/v1/accounts/me/outside-identities/{id}");
    let gone = anna.ask(Method::DELETE, &own, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    assert_eq!(anna.get("/api/v1/accounts/me/outside-identities").await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_method_of_another_is_deleted_by_who_may_reset_methods_only() {
    let portal = portal().await;
    with_two(&portal, ANNA).await;
    let root = portal.program(ROOT, "methods.reset methods.own accounts.read").await;
    let bo = portal.program(BO, "methods.own account.own").await;
    let ids = methods(&root, ANNA).await;
    let path = |place: usize| format!("/api/v1/accounts/{ANNA}/methods/{}", ids[place].0);
    let refused = bo.ask(Method::DELETE, &path(0), &Value::Null).await;
    let missing = bo.ask(Method::DELETE, &path(0).replace(ANNA, "nobody@example.test"), &Value::Null).await;
    assert_eq!((refused.status, &refused.body), (StatusCode::FORBIDDEN, &missing.body));
    for place in 0..2 {
        portal.test.clock.advance(Duration::from_secs(1));
        let gone = root.ask(Method::DELETE, &path(place), &Value::Null).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    }
}
