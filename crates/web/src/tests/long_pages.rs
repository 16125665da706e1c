//! Pages with a list that is longer than a page: the way on leads to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use http::StatusCode;
use postern_service::live_session::Report;
use postern_testkit::OPERATOR;

use super::client::{Person, TestPortal};
use super::live_sessions::accepted;

const ANNA: &str = "anna@example.test";
const ROOT: &str = "root@example.test";

/// Follows the links to the next page, and gives what stands in each page between `before` and the next quotation mark.
async fn followed(person: &mut Person, first: &str, before: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let shown = person.client.get(&path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text());
        let ids =
            shown.body.split(before).skip(1).map(|rest| rest.split(['"', '/']).next().unwrap().to_owned());
        pages.push(ids.collect());
        let link = shown.body.split("href=\"").find(|rest| {
            let tag = rest.split('>').next().unwrap_or_default();
            tag.contains("rel=\"next\"")
        });
        next = link.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"));
        assert!(pages.len() < 9, "no end at {path}");
    }
    pages
}

/// How many there are on each page, when none is on two.
fn counts(pages: &[Vec<String>]) -> Vec<usize> {
    let all: Vec<&String> = pages.iter().flatten().collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{pages:#?}");
    pages.iter().map(Vec::len).collect()
}

#[tokio::test]
async fn changes_and_service_principals_are_reached_to_the_last() {
    let portal = TestPortal::open().await;
    portal.test.administrator(ROOT).await;
    let mut root = portal.enrolled(ROOT).await;
    portal.test.long_lists(120).await;
    let changes = followed(&mut root, "/admin/changes", "href=\"/admin/changes/").await;
    assert_eq!(counts(&changes), [50, 50, 20]);
    let principals = followed(&mut root, "/admin/tokens", "Client ID <code>").await;
    let ids: Vec<Vec<String>> = principals
        .iter()
        .map(|page| page.iter().map(|rest| rest.split('<').next().unwrap().to_owned()).collect())
        .collect();
    assert_eq!(counts(&ids), [50, 50, 20]);
}

#[tokio::test]
async fn sessions_are_reached_to_the_last() {
    let portal = TestPortal::open().await;
    let mut anna = portal.person(ANNA).await;
    let created = portal.test.app_password(ANNA, "Contact form").await;
    let (node, mut report) = (portal.test.service.new_node(), Report::default());
    for _ in 0..230 {
        let session = accepted(&portal, ANNA, created.secret.expose_canonical()).await;
        report.add(&session, node, 0, 0);
        portal.test.clock.advance(Duration::from_millis(10));
    }
    portal.test.service.report_live_sessions(node, &report).await.unwrap();
    let pages = followed(&mut anna, "/sessions", "action=\"/sessions/").await;
    assert_eq!(counts(&pages), [100, 100, 30]);
}

/// What still works is there however many others are revoked, and what was revoked long ago and is still being tried is called
/// by its name.
#[tokio::test]
async fn revoked_app_passwords_hide_nothing() {
    let portal = TestPortal::open().await;
    portal.test.administrator(ROOT).await;
    let mut root = portal.enrolled(ROOT).await;
    let mut anna = portal.person(ANNA).await;
    let live = portal.test.app_password(ANNA, "Contact form").await.app_password;
    let scanner = portal.test.app_password(ANNA, "Scanner 2nd floor").await;
    let id = scanner.app_password.id;
    portal.test.service.revoke_app_password(OPERATOR, id, "").await.unwrap();
    portal.test.sign_in(ANNA, scanner.secret.expose_canonical()).await;
    portal.test.clock.advance(Duration::from_secs(1));
    portal.test.revoked_app_passwords(&live, 99).await;
    let account = format!("/admin/accounts/{}", live.account);
    let shown = anna.client.get("/security-info").await;
    assert!(shown.body.contains("<summary>100 revoked</summary>"), "{}", shown.text());
    let shown = root.client.get(&account).await;
    assert!(shown.body.contains(">100 more are revoked.<"), "{}", shown.text());

    portal.test.revoked_app_passwords(&live, 1_901).await;
    let shown = anna.client.get("/security-info").await;
    assert!(shown.body.contains("<summary>The newest 100 revoked</summary>"), "{}", shown.text());
    assert_eq!(shown.body.matches("Old job").count(), 100);
    for (place, text) in [
        ("Security info", shown.text()),
        ("its activity", anna.client.get(&format!("/activity?app_password={id}")).await.text()),
        ("the admin area", root.client.get(&account).await.text()),
    ] {
        assert!(text.contains("Scanner 2nd floor"), "{place}: {text}");
    }
    let text = root.client.get(&account).await.text();
    assert!(text.contains("More than 100 more are revoked.") && text.contains("Contact form"), "{text}");
}
