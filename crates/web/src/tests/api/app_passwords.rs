//! An app password as its owner and administrators meet it.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ANNA, Answer, BO, PROGRAM, Program, ROOT, portal, without_ids};

fn new_app_password() -> Value {
    json!({ "name": "Contact form", "doors": ["smtp"], "networks": ["192.0.2.9/24"], "expiresAt": "2027-03-31T22:00:00+02:00" })
}

async fn create(program: &Program, account: &str) -> Answer {
    let path = format!("/api/v1/accounts/{account}/app-passwords");
    program.ask(Method::POST, &path, &new_app_password()).await
}
#[tokio::test]
async fn an_owner_creates_an_app_password() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let created = create(&anna, "me").await;
    insta::assert_snapshot!(without_ids(&created), @r#"
    201 Created
    content-type: application/json
    location: /api/v1/app-passwords/(random)
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=599;t=60
    {
      "accountId": "(random)",
      "createdAt": "2026-11-22T14:15:54Z",
      "createdBy": "API token Backup job of anna@example.test",
      "doors": [
        "smtp"
      ],
      "expiresAt": "2027-03-31T20:00:00Z",
      "id": "(random)",
      "idleExpiryDays": null,
      "lastUsed": null,
      "limits": {
        "messagesPerHour": null,
        "recipientsPerHour": null,
        "sessions": 50,
        "signInsPerMinute": 600
      },
      "mayActForOnly": null,
      "name": "Contact form",
      "networks": [
        "192.0.2.0/24"
      ],
      "note": null,
      "oldSecretWorksUntil": null,
      "profile": "standard",
      "secret": "(random)",
      "sender": "own",
      "senders": [],
      "state": "active",
      "stateBy": null,
      "stateReason": null,
      "stateSince": null,
      "useCount": 0
    }
    "#);
}

#[tokio::test]
async fn an_owner_is_shown_an_app_password_without_its_secret() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let created = create(&anna, "me").await;
    let shown = anna.get(created.header("location")).await;
    let mut but_for_the_secret = created.json();
    but_for_the_secret.as_object_mut().unwrap().remove("secret").unwrap();
    assert_eq!((shown.status, shown.json()), (StatusCode::OK, but_for_the_secret));
    let tag = shown.header("etag");
    assert!(tag.len() == 26 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
}

#[tokio::test]
async fn a_change_of_what_has_changed_meanwhile_changes_nothing() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let path = create(&anna, "me").await.header("location").to_owned();
    let tag = anna.get(&path).await.header("etag").to_owned();
    let change = json!({ "note": "In the kitchen", "expiresAt": null });
    let changed = anna.ask_with(Method::PATCH, &path, &change, &[("if-match", &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(
        (&changed.json()["note"], &changed.json()["expiresAt"]),
        (&json!("In the kitchen"), &json!(null))
    );
    // Who saw the version before is told so, and changes nothing.
    let stale = anna.ask_with(Method::DELETE, &path, &json!(null), &[("if-match", &tag)]).await;
    insta::assert_snapshot!(without_ids(&stale), @r#"
    412 Precondition Failed
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=596;t=60
    {
      "detail": "Nothing was done. Read it again, and send the change with its new `ETag`.",
      "status": 412,
      "title": "It was changed meanwhile",
      "type": "https://portal.example.test/api/docs#changed"
    }
    "#);
    let weak = format!("W/{}", changed.header("etag"));
    let stale = anna.ask_with(Method::DELETE, &path, &json!(null), &[("if-match", &weak)]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let malformed = anna.ask_with(Method::DELETE, &path, &json!(null), &[("if-match", "abc")]).await;
    assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
    let suspended = anna.ask(Method::POST, &format!("{path}/suspend"), &json!(null)).await;
    assert_eq!(suspended.json()["state"], "suspended");
    let tag = suspended.header("etag").to_owned();
    let revoked = anna
        .ask_with(Method::DELETE, &format!("{path}?reason=lost"), &json!(null), &[("if-match", &tag)])
        .await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    let listed = anna.get("/api/v1/accounts/me/app-passwords").await.json();
    assert_eq!(listed["items"][0]["stateReason"], "lost");
    assert_eq!(listed["items"][0]["stateBy"], format!("API token Backup job of {ANNA}"));
}

#[tokio::test]
async fn members_reach_their_own_and_administrators_those_of_programs() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "account.own app-passwords.own sessions.own").await;
    let root = portal.program(ROOT, "accounts.read app-passwords.write").await;
    let bos = portal.test.app_password(BO, "Scanner 2nd floor").await.app_password.id;
    for (program, method, path, status) in [
        (&anna, Method::GET, format!("/api/v1/accounts/{BO}"), StatusCode::FORBIDDEN),
        (&anna, Method::GET, "/api/v1/accounts/nobody@example.test".to_owned(), StatusCode::FORBIDDEN),
        (&anna, Method::GET, format!("/api/v1/accounts/{BO}/app-passwords"), StatusCode::FORBIDDEN),
        (&anna, Method::GET, format!("/api/v1/app-passwords/{bos}"), StatusCode::NOT_FOUND),
        (&anna, Method::DELETE, format!("/api/v1/app-passwords/{bos}"), StatusCode::NOT_FOUND),
        (&anna, Method::POST, format!("/api/v1/accounts/{BO}/end-sessions"), StatusCode::FORBIDDEN),
        (&root, Method::GET, format!("/api/v1/app-passwords/{bos}"), StatusCode::OK),
        (&root, Method::DELETE, format!("/api/v1/app-passwords/{bos}"), StatusCode::NO_CONTENT),
    ] {
        let answer = program.ask(method.clone(), &path, &json!(null)).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    }
    // Nobody is given the secret of another person; of a program, yes.
    assert_eq!(create(&root, BO).await.status, StatusCode::FORBIDDEN);
    assert_eq!(create(&root, PROGRAM).await.status, StatusCode::CREATED);
    // The administrator's own needs the scope for one's own.
    assert_eq!(create(&root, "me").await.status, StatusCode::FORBIDDEN);
    // A token without the scope for changes reads only.
    let reader = portal.program(ANNA, "account.own").await;
    assert_eq!(create(&reader, "me").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_program_has_the_settings_for_a_device_and_the_profile_for_apples() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let bo = portal.program(BO, "app-passwords.own").await;
    let of_anna = "/api/v1/accounts/me/app-passwords";
    let phone = json!({ "name": "Annas phone", "doors": ["imap", "smtp", "ldap"] });
    let phone = anna.ask(Method::POST, of_anna, &phone).await.json();
    let path = format!("/api/v1/app-passwords/{}", phone["id"].as_str().unwrap());
    let settings = anna.get(&format!("{path}/device-settings")).await;
    let servers = json!([
        { "door": "smtp", "host": "mail.example.test", "port": 465, "security": "tls" },
        { "door": "smtp", "host": "mail.example.test", "port": 587, "security": "starttls" },
        { "door": "imap", "host": "mail.example.test", "port": 993, "security": "tls" },
    ]);
    assert_eq!(settings.json(), json!({ "userName": ANNA, "servers": servers }));

    let secret = phone["secret"].as_str().unwrap();
    let profile = format!("{path}/apple-profile");
    let body = json!({ "secret": secret });
    // Sent again with one key it is made again: nothing of it is written down.
    let key = [("idempotency-key", "profile-1")];
    for _ in 0..2 {
        let made = anna.ask_with(Method::POST, &profile, &body, &key).await;
        assert_eq!(
            (made.status, made.header("cache-control")),
            (StatusCode::OK, "no-store"),
            "{}",
            made.body
        );
        assert_eq!(made.header("content-type"), "application/x-apple-aspen-config");
        assert_eq!(made.header("idempotency-replayed"), "");
        let password = format!("<key>IncomingPassword</key><string>{secret}</string>");
        assert!(made.body.contains(&password), "{}", made.body);
    }
    let odd = anna.ask(Method::POST, &profile, &json!({ "secret": "</string>" })).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(odd.json()["errors"][0]["pointer"], "/secret");
    for path in [&profile, &format!("{path}/device-settings")] {
        let method = if *path == profile { Method::POST } else { Method::GET };
        assert_eq!(bo.ask(method, path, &body).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let scanner = json!({ "name": "Scanner 2nd floor", "doors": ["smtp"] });
    let scanner = anna.ask(Method::POST, of_anna, &scanner).await.json();
    let profile = format!("/api/v1/app-passwords/{}/apple-profile", scanner["id"].as_str().unwrap());
    let none = anna.ask(Method::POST, &profile, &json!({ "secret": scanner["secret"] })).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.body);
}

/// The owner's token is bound by it as the owner is, and an administrator's too.
#[tokio::test]
async fn a_form_of_the_secret_that_no_policy_offers_is_refused_with_the_setting() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "app-passwords.own").await;
    let root = portal.program(ROOT, "app-passwords.write accounts.read settings.read settings.write").await;
    let ask = async |program: &Program, account: &str, name: &str| {
        let path = format!("/api/v1/accounts/{account}/app-passwords");
        let body = json!({ "name": name, "doors": ["smtp"], "profile": "sixteen-letters" });
        program.ask(Method::POST, &path, &body).await
    };
    for (program, account) in [(&anna, "me"), (&root, PROGRAM)] {
        let refused = ask(program, account, "Old scanner").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert_eq!(
            refused.json()["errors"],
            json!([{
                "pointer": "/profile",
                "detail": "Your organization allows no new app password of the form `sixteen-letters`: create one of the \
                           form `standard`, or have an administrator add the form to the setting `compatible_profiles`.",
            }])
        );
    }
    let setting = "/api/v1/settings/compatible_profiles";
    let set = root.ask(Method::PUT, setting, &json!({ "value": "sixteen-letters" })).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.body);
    let of_anna = root.get(&format!("/api/v1/accounts/{ANNA}/settings")).await.json();
    let held = of_anna["items"].as_array().unwrap().iter().find(|each| each["name"] == "compatible_profiles");
    assert_eq!(held.unwrap()["value"], "sixteen-letters", "{of_anna}");
    for (program, account) in [(&anna, "me"), (&root, PROGRAM)] {
        let created = ask(program, account, "Old scanner").await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        let created = created.json();
        assert_eq!(created["profile"], "sixteen-letters");
        assert_eq!(created["secret"].as_str().unwrap().replace('-', "").len(), 16);
    }
}
