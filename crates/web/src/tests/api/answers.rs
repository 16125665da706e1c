//! Whole answers of the endpoints that programs use most.

use http::{Method, StatusCode};
use postern_testkit::{OPERATOR, account_name};
use serde_json::{Value, json};

use super::{ANNA, Answer, BO, PROGRAM, Program, ROOT, portal};

/// Identifiers, digests and versions differ from run to run: their place is kept.
fn without_ids(answer: &Answer) -> String {
    let mut shown = String::new();
    for word in
        answer.whole().split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
    {
        let core = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        let is_id = core.len() == 36 && core.matches('-').count() == 4;
        let is_hash = core.len() >= 24 && core.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_secret = core.len() == 24 && core.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_id || is_hash || is_secret {
            shown.push_str(&word.replace(core, "(random)"));
        } else {
            shown.push_str(word);
        }
    }
    shown
}

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
    insta::assert_snapshot!(without_ids(&shown), @r#"
    200 OK
    content-type: application/json
    etag: "(random)"
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=598;t=60
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

/// What a script does with Microsoft Graph's beta, word for word.
#[tokio::test]
async fn the_mfa_state_is_read_and_set_as_with_graph() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read mfa.write").await;
    let path = format!("/api/v1/users/{ANNA}/authentication/requirements");
    let set = root.ask(Method::PATCH, &path, &json!({ "perUserMfaState": "disabled" })).await;
    assert_eq!((set.status, set.body.as_str()), (StatusCode::NO_CONTENT, ""));
    insta::assert_snapshot!(root.get(&path).await.whole(), @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=598;t=60
    {
      "perUserMfaState": "disabled"
    }
    "#);
    let id = portal.test.service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap().account.id;
    let by_id = format!("/api/v1/users/{id}/authentication/requirements");
    let set = root.ask(Method::PATCH, &by_id, &json!({ "perUserMfaState": "enforced" })).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT);
    assert_eq!(root.get(&path).await.json(), json!({ "perUserMfaState": "enforced" }));
    let wrong = root.ask(Method::PATCH, &path, &json!({ "perUserMfaState": "on" })).await;
    insta::assert_snapshot!(wrong.whole(), @r#"
    422 Unprocessable Entity
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=595;t=60
    {
      "detail": "Nothing was changed. See `errors`.",
      "errors": [
        {
          "detail": "No such MFA state: it is disabled, enabled or enforced.",
          "pointer": "/perUserMfaState"
        }
      ],
      "status": 422,
      "title": "The request has fields that are not valid",
      "type": "https://portal.example.test/api/docs#invalid-fields"
    }
    "#);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read").await;
    let first = root.get("/api/v1/accounts?limit=3").await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    assert_eq!(first.header("link"), format!("<{next}>; rel=\"next\""));
    let second = root.get(&next).await;
    let names = |answer: &Answer| -> Vec<String> {
        let items = answer.json()["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&first), [ANNA, BO, PROGRAM]);
    assert_eq!(names(&second), [ROOT]);
    assert_eq!((second.json()["next"].clone(), second.header("link")), (json!(null), ""));
    let row = root.get("/api/v1/accounts?text=anna").await;
    insta::assert_snapshot!(without_ids(&row), @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=597;t=60
    {
      "items": [
        {
          "aliases": [],
          "appPasswords": 0,
          "createdAt": "2026-11-22T14:15:54Z",
          "groups": [],
          "id": "(random)",
          "kind": "person",
          "lastSignInAt": null,
          "mayActFor": null,
          "methods": 0,
          "mfaState": "enforced",
          "mustRegisterAgain": false,
          "name": "anna@example.test",
          "role": "member",
          "securityIdentifier": null,
          "status": "active"
        }
      ],
      "next": null
    }
    "#);
}

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
    let limit = anna.get("/api/v1/accounts/me/app-passwords?limit=0").await.status;
    assert_eq!(limit, StatusCode::OK, "what takes no limit has none");
    let root = portal.program(ROOT, "accounts.read").await;
    for (query, pointer) in [
        ("limit=0", "?limit"),
        ("limit=x", "?"),
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
async fn an_administrator_adds_blocks_and_deletes_an_account() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read accounts.write accounts.block sessions.end").await;
    let new = json!({ "name": "dora@example.test", "aliases": ["d@example.test"] });
    let created = root.ask(Method::POST, "/api/v1/accounts", &new).await;
    insta::assert_snapshot!(without_ids(&created), @r#"
    201 Created
    content-type: application/json
    location: /api/v1/accounts/(random)
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=599;t=60
    {
      "aliases": [
        "d@example.test"
      ],
      "createdAt": "2026-11-22T14:15:54Z",
      "groups": [],
      "id": "(random)",
      "kind": "person",
      "mayActFor": null,
      "mfaState": "enforced",
      "mustRegisterAgain": false,
      "name": "dora@example.test",
      "role": "member",
      "securityIdentifier": null,
      "status": "active"
    }
    "#);
    let path = created.header("location").to_owned();
    let taken = root.ask(Method::POST, "/api/v1/accounts", &new).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    let put = root.ask(Method::PUT, &format!("{path}/groups/sales"), &json!(null)).await;
    assert_eq!(put.json()["groups"], json!(["sales"]));
    for deed in ["block", "unblock", "end-sessions"] {
        let done = root.ask(Method::POST, &format!("{path}/{deed}"), &json!(null)).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{deed}: {}", done.body);
    }
    let tag = root.get(&path).await.header("etag").to_owned();
    root.ask(Method::PUT, &format!("{path}/groups/staff"), &json!(null)).await;
    let stale = root.ask_with(Method::DELETE, &path, &json!(null), &[("if-match", &tag)]).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.body);
    assert_eq!(root.ask(Method::DELETE, &path, &json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(root.get("/api/v1/accounts/dora@example.test").await.status, StatusCode::NOT_FOUND);
    // A role takes the permission to give roles.
    let admin = json!({ "name": "eve@example.test", "role": "auditor" });
    assert_eq!(root.ask(Method::POST, "/api/v1/accounts", &admin).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn settings_are_read_set_and_taken_back() {
    let portal = portal().await;
    let root = portal.program(ROOT, "settings.read settings.write").await;
    let path = "/api/v1/settings/step_up_age";
    let set = root.ask(Method::PUT, path, &json!({ "value": "15m" })).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.body);
    assert_eq!(root.get(path).await.json()["value"], "15m");
    let wrong = root.ask(Method::PUT, path, &json!({ "value": "soon" })).await;
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/value");
    assert_eq!(root.ask(Method::DELETE, path, &json!(null)).await.status, StatusCode::NO_CONTENT);
    insta::assert_snapshot!(root.get(path).await.whole(), @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=595;t=60
    {
      "groups": [],
      "isDefault": true,
      "name": "step_up_age",
      "summary": "How old a second-factor check may be when an app password is created, rotated or widened.",
      "takes": "it takes a span from 1m to 12h, as in 45s, 10m, 12h or 90d",
      "value": "10m"
    }
    "#);
    let of_anna = root.get(&format!("/api/v1/accounts/{ANNA}/settings")).await.json();
    assert_eq!(of_anna["items"][0]["origin"], "default");
}

#[tokio::test]
async fn a_program_reads_the_audit_log_from_where_it_was() {
    let portal = portal().await;
    let root = portal.program(ROOT, "audit.read").await;
    let first = root.get("/api/v1/audit-records?limit=2").await.json();
    assert_eq!(first["items"][1]["sequence"], 2);
    let rest = root.get("/api/v1/audit-records?after=2&limit=200").await.json();
    assert_eq!(rest["items"][0]["previous"], first["items"][1]["digest"]);
    let last = rest["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["operation"], &last["details"]["scopes"]),
        (&json!("Create API token"), &json!("audit.read"))
    );
    let never = root.get("/api/v1/audit-verification").await.json();
    assert_eq!((&never["state"], &never["records"]), (&json!("never"), &json!(null)));
    let begun = root.ask(Method::POST, "/api/v1/audit-verification", &json!(null)).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED);
    let verified = loop {
        let stands = root.get("/api/v1/audit-verification").await.json();
        if stands["state"] != "running" {
            break stands;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&verified["state"], &verified["digest"]), (&json!("holds"), &last["digest"]));
}

#[tokio::test]
async fn a_token_is_listed_and_revokes_itself() {
    let portal = portal().await;
    let token = portal.token(ANNA, "account.own").await;
    let anna = portal.with(token.text.expose());
    let other = portal.token(BO, "account.own").await.token.id;
    insta::assert_snapshot!(without_ids(&anna.get("/api/v1/tokens").await), @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=599;t=60
    {
      "items": [
        {
          "createdAt": "2026-11-22T14:15:54Z",
          "expiresAt": "2027-02-20T14:15:54Z",
          "id": "(random)",
          "lastUsedAt": "2026-11-22T14:15:54Z",
          "lastUsedFrom": "192.0.2.7",
          "name": "Backup job",
          "networks": [],
          "owner": "anna@example.test",
          "revokedAt": null,
          "scopes": [
            "account.own"
          ],
          "state": "active"
        }
      ],
      "next": null
    }
    "#);
    let foreign = anna.ask(Method::DELETE, &format!("/api/v1/tokens/{other}"), &json!(null)).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let path = format!("/api/v1/tokens/{}", token.token.id);
    assert_eq!(anna.ask(Method::DELETE, &path, &json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(anna.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
}
