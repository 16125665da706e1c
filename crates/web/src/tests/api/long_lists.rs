//! Lists that are longer than anything is read at once: each is reached to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use http::{StatusCode, Uri};
use postern_domain::api_token::Scope;
use serde_json::Value;

use super::{Program, ROOT, portal};
use crate::api::page;
use crate::tests::client::TestPortal;

/// More of each than was ever read at once.
const MANY: u32 = 1_050;

async fn many() -> (TestPortal, Program) {
    let portal = portal().await;
    let every: Vec<&str> = Scope::all().map(Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    // An hour later, so that those who are in every portal were made before.
    portal.test.clock.advance(Duration::from_secs(3600));
    portal.test.long_lists(MANY).await;
    (portal, root)
}

/// Reads a list to its end in pages of 200, and gives what its rows are known by. Between two pages `meanwhile` is told where
/// the page ended.
async fn read(
    (portal, root): &(TestPortal, Program),
    path: &str,
    key: &str,
    meanwhile: impl AsyncFn(&str),
) -> Vec<String> {
    let mut rows = Vec::new();
    let mut next = Some(format!("{path}?limit=200"));
    let mut pages = 0;
    while let Some(page) = next {
        // Requests of a token are limited by the second; a server is silent after some.
        portal.test.clock.advance(Duration::from_millis(300));
        let page = root.get(&page).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        let page: Value = page.json();
        let items = page["items"].as_array().unwrap();
        rows.extend(items.iter().map(|item| item[key].as_str().unwrap().to_owned()));
        next = page["next"].as_str().map(str::to_owned);
        if let Some(next) = &next {
            let cursor = next.split("cursor=").nth(1).unwrap();
            // The router takes the prefix off what a list sees.
            let list: Uri = path.strip_prefix("/api").unwrap().parse().unwrap();
            let place = page::place(cursor, &list).unwrap();
            meanwhile(&place).await;
        }
        pages += 1;
    }
    assert_eq!(pages, rows.len().div_ceil(200), "{path}: no page but the last is short");
    rows
}

#[tokio::test]
async fn each_is_read_to_its_end_and_no_row_twice() {
    let all = many().await;
    let numbered = |form: fn(u32) -> String| -> BTreeSet<String> { (0..MANY).map(form).collect() };
    let groups = numbered(|number| format!("group-{number:05}"));
    let names = numbered(|number| format!("user{number:05}@many.example.test"));
    let principals = numbered(|number| format!("Program {number:05}"));
    for (path, key, expected, more) in [
        // Sessions first: their server is silent in some seconds.
        ("/api/v1/sessions", "account", &names, 0),
        ("/api/v1/consents", "account", &names, 0),
        ("/api/v1/groups", "name", &groups, 1),
        ("/api/v1/groups/everybody/members", "name", &names, 0),
        ("/api/v1/service-principals", "name", &principals, 0),
    ] {
        let rows = read(&all, path, key, async |_| ()).await;
        assert_eq!(rows.len(), expected.len() + more, "{path}");
        let seen: BTreeSet<String> = rows.into_iter().collect();
        assert_eq!(seen.difference(expected).count(), more, "{path}");
        assert!(seen.is_superset(expected), "{path}");
    }
    let changes = read(&all, "/api/v1/account-changes", "id", async |_| ()).await;
    assert_eq!(changes.len(), MANY as usize);
    assert!(changes.is_sorted_by(|newer, older| newer > older), "newest first, none twice");
}

#[tokio::test]
async fn sessions_that_come_and_go_move_no_other() {
    let all = many().await;
    let portal = &all.0;
    let before = read(&all, "/api/v1/sessions", "id", async |_| ()).await;
    // The session with which each page ends, ends with it, and its program signs in again.
    let replace = async |place: &str| portal.test.replace_live_session(place).await;
    let during = read(&all, "/api/v1/sessions", "id", replace).await;
    assert_eq!(during, before, "those that began meanwhile are newer than where the reading began");
    let after = read(&all, "/api/v1/sessions", "id", async |_| ()).await;
    assert_eq!(after.len(), before.len());
    let begun: Vec<_> = after.iter().filter(|id| !before.contains(id)).collect();
    assert_eq!(begun, after.iter().take(begun.len()).collect::<Vec<_>>(), "the newest come first");
    assert_eq!(begun.len(), before.len().div_ceil(200) - 1, "one for each page but the last");
}

#[tokio::test]
async fn app_passwords_are_read_to_their_end_with_the_revoked_ones() {
    let portal = portal().await;
    let root = portal.program(ROOT, "accounts.read").await;
    let live = portal.test.app_password(ROOT, "Contact form").await.app_password;
    portal.test.clock.advance(Duration::from_secs(1));
    portal.test.revoked_app_passwords(&live, MANY).await;
    let account = live.account.to_string();
    let path = format!("/api/v1/accounts/{account}/app-passwords");
    let rows = read(&(portal, root), &path, "name", async |_| ()).await;
    assert_eq!(rows.last().map(String::as_str), Some("Contact form"), "it is the oldest");
    let seen: BTreeSet<&String> = rows.iter().collect();
    assert_eq!((rows.len(), seen.len()), (MANY as usize + 1, MANY as usize + 1));
}
