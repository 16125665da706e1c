//! Whole answers of the endpoints that programs use most.

use http::{Method, StatusCode};
use postern_testkit::{OPERATOR, account_name};
use serde_json::json;

use super::{ANNA, Answer, BO, PROGRAM, ROOT, portal, without_ids};

/// What a script does with Microsoft Graph's beta, word for word.
#[tokio::test]
async fn the_mfa_state_is_read_and_set_as_with_graph() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read mfa.write").await;
    let path = format!("/api/v1/users/{ANNA}/authentication/requirements");
    let set = root.ask(Method::PATCH, &path, &json!({ "perUserMfaState": "disabled" })).await;
    assert_eq!((set.status, set.body.as_str()), (StatusCode::NO_CONTENT, ""));
    let read = root.get(&path).await;
    let tag = read.header("etag").trim_matches('"').to_owned();
    assert_eq!(read.header("etag"), root.get(&format!("/api/v1/accounts/{ANNA}")).await.header("etag"));
    insta::assert_snapshot!(read.whole().replace(&tag, "(version)"), @r#"
    200 OK
    content-type: application/json
    etag: "(version)"
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
    // As Graph's reference shows the resource, and as scripts narrow an answer down.
    let annotated = json!({
        "@odata.context": "https://graph.microsoft.com/beta/$metadata#users('1')/authentication/requirements/$entity",
        "@odata.type": "#microsoft.graph.strongAuthenticationRequirements", "perUserMfaState": "disabled",
    });
    let set = root.ask(Method::PATCH, &path, &annotated).await;
    assert_eq!((set.status, set.body.as_str()), (StatusCode::NO_CONTENT, ""));
    let narrowed = root.get(&format!("{path}?$select=perUserMfaState")).await;
    assert_eq!(narrowed.json(), json!({ "perUserMfaState": "disabled" }));
    let wrong = root.ask(Method::PATCH, &path, &json!({ "perUserMfaState": "on" })).await;
    insta::assert_snapshot!(wrong.whole(), @r#"
    422 Unprocessable Entity
    content-type: application/problem+json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=592;t=60
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
async fn an_administrator_adds_blocks_and_deletes_an_account() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read accounts.write accounts.block sessions.end").await;
    let new = json!({ "name": "dora@example.test", "aliases": ["d@example.test"] });
    let created = root.ask(Method::POST, "/api/v1/accounts", &new).await;
    insta::assert_snapshot!(without_ids(&created), @r#"
    201 Created
    content-type: application/json
    etag: "(random)"
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
    insta::assert_snapshot!(without_ids(&root.get(path).await), @r#"
    200 OK
    content-type: application/json
    etag: "(random)"
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=595;t=60
    {
      "groups": [],
      "isDefault": true,
      "name": "step_up_age",
      "summary": "How old a second-factor check may be when something is done that needs a fresh one: app passwords created, rotated or widened, methods, tokens, roles, settings and accounts changed.",
      "takes": "it takes a span from 1m to 12h, as in 10m",
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
    assert_eq!(anna.get("/api/v1/me").await.status, StatusCode::OK);
    portal.written().await;
    insta::assert_snapshot!(without_ids(&anna.get("/api/v1/tokens").await), @r#"
    200 OK
    content-type: application/json
    ratelimit-policy: "token";q=600;w=60
    ratelimit: "token";r=598;t=60
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
