//! Lists: every one comes in pages, by cursor.

use std::collections::BTreeSet;
use std::time::Duration;

use http::{Method, StatusCode};
use postern_domain::api_token::Scope;
use postern_domain::mfa::MfaState;
use serde_json::{Value, json};

use super::oauth::principal;
use super::{ANNA, BO, Program, ROOT, portal};
use crate::api::{endpoints, openapi_document};
use crate::tests::client::TestPortal;

/// The paths of the endpoints that answer with a list.
fn lists() -> Vec<&'static str> {
    let document: Value = serde_json::from_str(&openapi_document()).unwrap();
    let is_list = |path: &str| {
        let answer = &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"];
        let name = answer["schema"]["$ref"].as_str().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap();
        !document["components"]["schemas"][name]["properties"]["next"].is_null()
    };
    endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.method == Method::GET && is_list(endpoint.path))
        .map(|endpoint| endpoint.path)
        .collect()
}

/// A portal with several of everything that is listed, and a program that may read it all.
async fn full() -> (TestPortal, Program) {
    let portal = portal().await;
    let every: Vec<&str> = Scope::all().map(Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    for number in 0..3 {
        portal.test.app_password(ROOT, &format!("Scanner floor {number}")).await;
        principal(&portal, &format!("CRM {number}"), "accounts.read").await;
        portal.test.account(&format!("z{number}@example.test"), MfaState::Disabled).await;
        for account in [ANNA, BO] {
            let path = format!("/api/v1/accounts/{account}/groups/group-{number}");
            root.ask(Method::PUT, &path, &json!(null)).await;
        }
        let path = "/api/v1/accounts/me/notification-addresses";
        let new = json!({ "address": format!("root{number}@home.example") });
        let added = root.ask(Method::POST, path, &new).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        let out = json!({ "change": "end-sessions", "accounts": [ANNA] });
        let begun = root.ask(Method::POST, "/api/v1/account-changes", &out).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
        let path = begun.header("location").to_owned();
        while root.get(&path).await.json()["finishedAt"].is_null() {
            tokio::task::yield_now().await;
        }
        portal.test.clock.advance(Duration::from_secs(60));
    }
    (portal, root)
}

fn filled(path: &str) -> String {
    path.replace("{account}", "me").replace("{group}", "group-1").replace("{id}", "none")
}

#[tokio::test]
async fn every_list_has_a_cursor_and_a_limit_and_refuses_those_that_are_none() {
    let (portal, root) = full().await;
    let document: Value = serde_json::from_str(&openapi_document()).unwrap();
    assert!(lists().len() >= 25, "{:?}", lists());
    for path in lists() {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().cloned().unwrap_or_default();
        let told = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name).cloned();
        assert!(told("cursor").is_some(), "{path}");
        let limit = told("limit").unwrap_or_else(|| panic!("{path}"));
        assert_eq!((&limit["schema"]["minimum"], &limit["schema"]["maximum"]), (&json!(1), &json!(200)));
        // What is not done is asked for by the id of a change, which is looked up first.
        if path.contains("{id}") {
            continue;
        }
        portal.test.clock.advance(Duration::from_secs(60));
        for (query, pointer) in [
            ("limit=0", "?limit"),
            ("limit=201", "?limit"),
            ("cursor=!", "?cursor"),
            ("cursor=", "?cursor"),
            ("cursor=MDAwMDAz", "?cursor"),
            ("colour=1", "?colour"),
        ] {
            let answer = root.get(&format!("{}?{query}", filled(path))).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}?{query}: {}", answer.body);
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{path}?{query}");
        }
    }
}

/// The cursor of a list, where it has a second page.
async fn cursor(portal: &TestPortal, root: &Program, path: &str) -> Option<String> {
    portal.test.clock.advance(Duration::from_millis(200));
    let page = root.get(&format!("{path}?limit=1")).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
    let next = page.json()["next"].as_str().map(str::to_owned)?;
    Some(next.split("cursor=").nth(1).unwrap().to_owned())
}

/// Where a page ended is a number, a name or a moment, and looks alike in many lists.
#[tokio::test]
async fn no_list_takes_the_cursor_of_another() {
    let (portal, root) = full().await;
    let change = root.get("/api/v1/account-changes").await.json()["items"][0]["id"].clone();
    let paths: Vec<String> = lists()
        .into_iter()
        .map(|path| match path.contains("account-changes/{id}") {
            true => path.replace("{id}", change.as_str().unwrap()),
            false => filled(path),
        })
        .collect();
    let mut cursors = Vec::new();
    for path in &paths {
        cursors.extend(cursor(&portal, &root, path).await.map(|cursor| (path, cursor)));
    }
    assert!(cursors.len() >= 14, "few lists have a second page: {cursors:?}");
    for path in &paths {
        for (its, cursor) in &cursors {
            portal.test.clock.advance(Duration::from_millis(200));
            let answer = root.get(&format!("{path}?cursor={cursor}")).await;
            if *its == path {
                assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            } else {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} takes one of {its}");
                assert_eq!(answer.json()["errors"][0]["pointer"], "?cursor", "{path} with one of {its}");
            }
        }
    }
}

/// Read row by row, a list has the rows of the whole in their order, and names the next page in the body and in `Link`.
#[tokio::test]
async fn every_list_reads_the_same_in_pages() {
    let (portal, root) = full().await;
    let mut several = BTreeSet::new();
    for path in lists() {
        // It changes with each request that is asked.
        if path.contains("{id}") {
            continue;
        }
        portal.test.clock.advance(Duration::from_secs(60));
        let whole = root.get(&format!("{}?limit=200", filled(path))).await;
        assert_eq!(whole.status, StatusCode::OK, "{path}: {}", whole.body);
        let whole = whole.json();
        assert!(whole["next"].is_null(), "{path}");
        let mut rows = Vec::new();
        let mut next = Some(format!("{}?limit=2", filled(path)));
        while let Some(page) = next {
            portal.test.clock.advance(Duration::from_millis(200));
            let page = root.get(&page).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
            let read = page.json();
            rows.extend(read["items"].as_array().unwrap().iter().cloned());
            next = read["next"].as_str().map(str::to_owned);
            let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\"")).unwrap_or_default();
            assert_eq!(page.header("link"), link, "{path}");
        }
        assert_eq!(json!(rows), whole["items"], "{path}");
        if rows.len() > 2 {
            several.insert(path);
        }
    }
    for path in [
        "/api/v1/accounts",
        "/api/v1/account-changes",
        "/api/v1/accounts/{account}/app-passwords",
        "/api/v1/accounts/{account}/notification-addresses",
        "/api/v1/accounts/{account}/settings",
        "/api/v1/groups",
        "/api/v1/inventory",
        "/api/v1/inventory/counts",
        "/api/v1/service-principals",
        "/api/v1/settings",
    ] {
        assert!(several.contains(path), "{path} has one page only: {several:#?}");
    }
}
