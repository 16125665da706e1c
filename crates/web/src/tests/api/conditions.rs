//! `If-Match` at every change, and what is written in a request otherwise.

use std::collections::BTreeSet;
use std::path::Path;

use http::{Method, StatusCode};
use postern_testkit::OPERATOR;
use serde_json::json;

use super::{ANNA, BO, ROOT, portal};
use crate::api::{endpoints, openapi_document};

/// The endpoints that read `If-Match`, by what stands in their files.
fn that_read_it(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            that_read_it(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let Some(attribute) = text.split("#[utoipa::path(").nth(1) else { continue };
        if text.contains("tags: Option<IfMatch>") {
            let method = attribute.split(',').next().unwrap().to_uppercase();
            let path = attribute.split("path = \"").nth(1).unwrap().split('"').next().unwrap();
            found.insert(format!("{method} {path}"));
        }
    }
}

#[test]
fn every_change_of_what_has_a_version_reads_the_condition_and_says_so() {
    let mut read = BTreeSet::new();
    that_read_it(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/v1"), &mut read);
    let conditional: BTreeSet<String> = endpoints()
        .iter()
        .filter(|endpoint| endpoint.is_conditional())
        .map(|endpoint| format!("{} {}", endpoint.method, endpoint.path))
        .collect();
    assert_eq!(read, conditional);
    assert!(conditional.len() >= 25, "{conditional:?}");
    let document: serde_json::Value = serde_json::from_str(&openapi_document()).unwrap();
    for endpoint in endpoints() {
        let operation = &document["paths"][endpoint.path][endpoint.method.as_str().to_lowercase()];
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let told = parameters.iter().any(|parameter| parameter["name"] == "If-Match");
        assert_eq!(told, endpoint.is_conditional(), "{} {}", endpoint.method, endpoint.path);
    }
}

#[tokio::test]
async fn a_change_of_an_account_that_was_changed_meanwhile_is_not_done() {
    let portal = portal().await;
    let every: Vec<&str> =
        postern_domain::api_token::Scope::all().map(postern_domain::api_token::Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    let path = format!("/api/v1/accounts/{ANNA}");
    let stale = root.get(&path).await.header("etag").to_owned();
    root.ask(Method::PUT, &format!("{path}/groups/sales"), &json!(null)).await;
    let before = portal.test.store.snapshot().await.unwrap().audit_head().await.unwrap().sequence;
    for (method, below, body) in [
        (Method::PUT, "/role", json!({ "role": "auditor" })),
        (Method::PUT, "/addresses", json!({ "name": "a@example.test", "aliases": [] })),
        (Method::PUT, "/password", json!({ "password": "granite harbour lantern" })),
        (Method::PUT, "/groups/marketing", json!(null)),
        (Method::DELETE, "/groups/sales", json!(null)),
        (Method::PUT, "/security-identifier", json!({ "securityIdentifier": "S-1-5-21-1-2-3-1001" })),
        (Method::POST, "/require-registration", json!({})),
        (Method::POST, "/end-sessions", json!(null)),
        (Method::POST, "/block", json!(null)),
        (Method::DELETE, "", json!(null)),
    ] {
        let answer = root.ask_with(method, &format!("{path}{below}"), &body, &[("if-match", &stale)]).await;
        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{below}: {}", answer.body);
    }
    let graph = format!("/api/v1/users/{ANNA}/authentication/requirements");
    let off = json!({ "perUserMfaState": "disabled" });
    let answer = root.ask_with(Method::PATCH, &graph, &off, &[("if-match", &stale)]).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    let after = portal.test.store.snapshot().await.unwrap().audit_head().await.unwrap().sequence;
    assert_eq!(after, before, "something was done");
    let fresh = root.get(&path).await.header("etag").to_owned();
    let (role, auditor) = (format!("{path}/role"), json!({ "role": "auditor" }));
    let answer = root.ask_with(Method::PUT, &role, &auditor, &[("if-match", &fresh)]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

/// The tag that a change of an account answers with is that of the account as it is then.
#[tokio::test]
async fn a_change_of_an_account_answers_with_its_new_version() {
    let portal = portal().await;
    let every: Vec<&str> =
        postern_domain::api_token::Scope::all().map(postern_domain::api_token::Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    let path = format!("/api/v1/accounts/{BO}");
    let mut before = root.get(&path).await.header("etag").to_owned();
    for (method, below, body) in [
        (Method::PUT, "/groups/sales", json!(null)),
        (Method::PUT, "/groups/marketing", json!(null)),
        (Method::DELETE, "/groups/sales", json!(null)),
        (Method::PUT, "/role", json!({ "role": "auditor" })),
        (Method::PUT, "/security-identifier", json!({ "securityIdentifier": "S-1-5-21-1-2-3-1001" })),
        (Method::PUT, "/addresses", json!({ "name": BO, "aliases": ["z@example.test", "b@example.test"] })),
    ] {
        let answer = root.ask_with(method, &format!("{path}{below}"), &body, &[("if-match", &before)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{below}: {}", answer.body);
        assert_ne!(answer.header("etag"), before, "{below}");
        before = root.get(&path).await.header("etag").to_owned();
        assert_eq!(answer.header("etag"), before, "{below}");
    }
    let new = json!({ "name": "dora@example.test" });
    let created = root.ask(Method::POST, "/api/v1/accounts", &new).await;
    let read = root.get(created.header("location")).await;
    assert_eq!(created.header("etag"), read.header("etag"));
    assert!(!read.header("etag").is_empty());
}

/// Of two administrators who saw the same version of a setting, the second is told so, whatever either changes of it.
#[tokio::test]
async fn a_change_of_a_setting_that_was_changed_meanwhile_is_not_done() {
    let portal = portal().await;
    let root = portal.program(ROOT, "settings.read settings.write").await;
    let name = "users_may_create_app_passwords";
    let path = format!("/api/v1/settings/{name}");
    let of_group = format!("/api/v1/groups/sales/settings/{name}");
    let forbid = format!("{path}/forbid");
    let changes = [
        (Method::PUT, &of_group, json!({ "value": "false" })),
        (Method::PUT, &path, json!({ "value": "false" })),
        (Method::DELETE, &of_group, json!(null)),
        (Method::DELETE, &path, json!(null)),
        (Method::POST, &forbid, json!({})),
    ];
    for (method, at, body) in &changes {
        let seen = root.get(&path).await.header("etag").to_owned();
        let done = root.ask_with(method.clone(), at, body, &[("if-match", &seen)]).await;
        assert!(done.status.is_success(), "{method} {at}: {} {}", done.status, done.body);
        let is = root.get(&path).await;
        assert_ne!(is.header("etag"), seen, "{method} {at}");
        for (method, at, body) in &changes {
            let late = root.ask_with(method.clone(), at, body, &[("if-match", &seen)]).await;
            assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{method} {at}: {}", late.body);
        }
        assert_eq!(root.get(&path).await.json(), is.json());
        portal.test.clock.advance(std::time::Duration::from_secs(60));
    }
    // Another setting is another matter.
    let other = root.get("/api/v1/settings/step_up_age").await.header("etag").to_owned();
    let put = json!({ "value": "15m" });
    root.ask(Method::PUT, "/api/v1/settings/app_passwords_per_account", &json!({ "value": "5" })).await;
    let path = "/api/v1/settings/step_up_age";
    let answer = root.ask_with(Method::PUT, path, &put, &[("if-match", &other)]).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

/// Sent at the same time by many who saw the same version, one change is done: the condition is looked at in the
/// transaction that does it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_change_one_version_one_does() {
    let portal = portal().await;
    let root = portal.program(ROOT, "settings.read settings.write accounts.read roles.write").await;
    let setting = "/api/v1/settings/app_passwords_per_account".to_owned();
    let (account, role) = (format!("/api/v1/accounts/{ANNA}"), format!("/api/v1/accounts/{ANNA}/role"));
    for (read, change, body) in [
        (&setting, &setting, (1..9).map(|most| json!({ "value": most.to_string() })).collect::<Vec<_>>()),
        (&account, &role, (0..8).map(|_| json!({ "role": "auditor" })).collect()),
    ] {
        let seen = root.get(read).await.header("etag").to_owned();
        let mut together = tokio::task::JoinSet::new();
        for body in body {
            let (root, change, seen) = (root.clone(), change.clone(), seen.clone());
            together.spawn(async move {
                root.ask_with(Method::PUT, &change, &body, &[("if-match", &seen)]).await.status
            });
        }
        let mut done: Vec<u16> = together.join_all().await.iter().map(StatusCode::as_u16).collect();
        done.sort_unstable();
        assert!(matches!(done[0], 200 | 204), "{change}: {done:?}");
        assert_eq!(done[1..], [412; 7], "{change}");
    }
}

/// A condition that nobody would look at is refused, and does not pass for one that held.
#[tokio::test]
async fn what_has_no_version_takes_no_condition() {
    let portal = portal().await;
    let root = portal.program(ROOT, "settings.write accounts.read").await;
    let (path, value) = ("/api/v1/settings/step_up_age/preview", json!({ "value": "15m" }));
    let answer = root.ask_with(Method::POST, path, &value, &[("if-match", "\"abc\"")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("without `If-Match`"), "{}", answer.body);
    let any = root.ask_with(Method::POST, path, &value, &[("if-match", "*")]).await;
    assert_eq!(any.status, StatusCode::OK);
}

/// Rows that come and go while a list is read neither show one twice nor leave out one that was there all the time.
#[tokio::test]
async fn a_cursor_stays_where_it_was_while_rows_come_and_go() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read accounts.write events.read audit.read").await;
    for name in ["c1", "c2", "c3", "c4"] {
        portal.test.account(&format!("{name}@example.test"), postern_domain::mfa::MfaState::Enforced).await;
    }
    let mut seen: Vec<String> = Vec::new();
    let mut next = Some("/api/v1/accounts?limit=2".to_owned());
    let mut round = 0;
    while let Some(path) = next {
        let page = root.get(&path).await.json();
        for item in page["items"].as_array().unwrap() {
            seen.push(item["name"].as_str().unwrap().to_owned());
        }
        round += 1;
        // One comes before what was read, one after it, and the last that was read goes.
        for name in [format!("a{round}@example.test"), format!("z{round}@example.test")] {
            if round < 3 {
                portal.test.account(&name, postern_domain::mfa::MfaState::Enforced).await;
            }
        }
        if round == 2 {
            let last = postern_testkit::account_name(seen.last().unwrap());
            portal.test.service.delete_account(OPERATOR, &last).await.unwrap();
        }
        next = page["next"].as_str().map(str::to_owned);
    }
    let mut once = seen.clone();
    once.dedup();
    assert_eq!(once, seen, "one was shown twice");
    for there in [ANNA, BO, "c1@example.test", "c3@example.test", "c4@example.test", ROOT] {
        assert!(seen.iter().any(|name| name == there), "{there} was left out: {seen:?}");
    }
    let mut sorted = seen.clone();
    sorted.sort();
    assert_eq!(sorted, seen);

    // A list that is newest first: what comes meanwhile is on no later page.
    for secret in 0..3 {
        portal.test.sign_in(ANNA, &format!("wrong secret {secret}")).await;
    }
    let first = root.get("/api/v1/sign-in-events?limit=2").await.json();
    portal.test.clock.advance(std::time::Duration::from_secs(1));
    portal.test.sign_in(BO, "another wrong secret").await;
    let second = root.get(first["next"].as_str().unwrap()).await.json();
    let ids = |page: &serde_json::Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()).collect()
    };
    assert_eq!((ids(&first).len(), ids(&second).len()), (2, 1));
    assert!(ids(&second).iter().all(|id| !ids(&first).contains(id)));
}

/// An answer is JSON whatever a request accepts (RFC 9110 12.5.1), but for exports; a body is JSON, or is refused.
#[tokio::test]
async fn kinds_and_lengths_of_bodies() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.write accounts.read").await;
    for accepted in ["text/html", "application/xml;q=1", "*/*", "nonsense"] {
        let answer = root.ask_with(Method::GET, "/api/v1/me", &json!(null), &[("accept", accepted)]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    }
    let send = async |path: &str, kind: &str, body: String, key: Option<&str>| {
        let mut request = root.request(Method::POST, path).header("content-type", kind);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        root.send(request.body(axum::body::Body::from(body)).unwrap()).await.status
    };
    let json = "application/json";
    let name = json!({ "name": "x".repeat(70_000) }).to_string();
    let wrong = send("/api/v1/accounts", "text/csv", "name".to_owned(), None).await;
    assert_eq!(wrong, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send("/api/v1/accounts", json, name.clone(), None).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send("/api/v1/accounts", json, name, Some("a")).await, StatusCode::PAYLOAD_TOO_LARGE);
    // An import is longer, with a key as without one; and not without end.
    let rows: String = (0..4000).map(|row| format!("user{row}@example.test\n")).collect();
    let rows = json!({ "rows": format!("name\n{rows}") }).to_string();
    assert!(rows.len() > 70_000);
    let preview = "/api/v1/account-imports/preview";
    assert_eq!(send(preview, json, rows.clone(), None).await, StatusCode::OK);
    assert_eq!(send(preview, json, rows, Some("b")).await, StatusCode::OK);
    let endless = json!({ "rows": "x".repeat(17 * 1024 * 1024) }).to_string();
    assert_eq!(send(preview, json, endless, None).await, StatusCode::PAYLOAD_TOO_LARGE);
}

/// HEAD is GET without a body, wherever there is GET; a method that does not fit is told which do.
#[tokio::test]
async fn head_and_other_methods_at_every_address() {
    let portal = portal().await;
    let every: Vec<&str> =
        postern_domain::api_token::Scope::all().map(postern_domain::api_token::Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    let mut methods = std::collections::BTreeMap::<&str, BTreeSet<String>>::new();
    for endpoint in endpoints() {
        methods.entry(endpoint.path).or_default().insert(endpoint.method.to_string());
    }
    for (template, methods) in methods {
        portal.test.clock.advance(std::time::Duration::from_secs(60));
        let path =
            template.replace("{account}", ANNA).replace("{user}", ANNA).replace("{name}", "step_up_age");
        let path = path.replace("{group}", "sales").replace("{sequence}", "1");
        if methods.contains("GET") && !path.contains('{') {
            let read = root.get(&path).await;
            let head = root.ask(Method::HEAD, &path, &json!(null)).await;
            assert_eq!((head.status, head.body.as_str()), (read.status, ""), "{path}");
            assert_eq!(head.header("content-type"), read.header("content-type"), "{path}");
        }
        let other = root.ask(Method::TRACE, &path, &json!(null)).await;
        assert_eq!(other.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let mut wanted = methods.clone();
        if methods.contains("GET") {
            wanted.insert("HEAD".to_owned());
        }
        let allowed: BTreeSet<String> = other.header("allow").split(',').map(str::to_owned).collect();
        assert_eq!(allowed, wanted, "{path}");
        assert_eq!(
            root.ask(Method::OPTIONS, &path, &json!(null)).await.header("allow"),
            other.header("allow")
        );
    }
}
