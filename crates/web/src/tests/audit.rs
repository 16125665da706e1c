//! The audit log in the admin area.

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;

use super::client::{Person, TestPortal};

const PATH: &str = "/admin/audit";

async fn administrator(portal: &TestPortal) -> Person {
    portal.test.administrator("root@example.test").await;
    portal.enrolled("root@example.test").await
}

#[tokio::test]
async fn records_are_found_by_who_what_and_when() {
    let portal = TestPortal::open().await;
    let mut admin = administrator(&portal).await;
    portal.test.account("anna@example.test", MfaState::Enforced).await;
    portal.test.app_password("anna@example.test", "Contact form").await;

    let all = admin.client.get(PATH).await.body;
    assert!(all.contains("Create app password") && all.contains("operator test"), "{all}");
    for (query, found) in [
        ("?account=anna%40example.test&operation=Create+app+password", true),
        ("?operation=Create+application+password+for+user&text=contact+FORM", true),
        ("?actor=operator+test&text=contact", true),
        ("?actor=anna%40example.test", false),
        ("?from=2026-11-22&to=2026-11-22&text=contact", true),
        ("?to=2026-11-21", false),
        ("?before=1", false),
    ] {
        let page = admin.client.get(&format!("{PATH}{query}")).await;
        assert_eq!(page.body.contains("Contact form"), found, "{query}: {}", page.body);
    }
    for wrong in ["?from=yesterday", "?account=nobody%40example.test", "?account=anna"] {
        assert_eq!(admin.client.get(&format!("{PATH}{wrong}")).await.status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn a_record_is_shown_with_its_place_and_the_log_is_verified() {
    let portal = TestPortal::open().await;
    let mut admin = administrator(&portal).await;
    let first = admin.client.get("/admin/audit/1").await.body;
    assert!(first.contains("as it was written") && first.contains("add-account"), "{first}");
    for gone in ["/admin/audit/0", "/admin/audit/999999", "/admin/audit/x"] {
        assert_eq!(admin.client.get(gone).await.status, 404, "{gone}");
    }
    assert!(admin.client.get("/admin/audit/verify").await.body.contains("was not verified"));
    let answer = admin.client.open_and_submit("/admin/audit/verify", &[]).await;
    assert_eq!(answer.header("location"), "/admin/audit/verify");
    let page = loop {
        let page = admin.client.get("/admin/audit/verify").await.body;
        if !page.contains("Verifying since") {
            break page;
        }
        tokio::task::yield_now().await;
    };
    assert!(page.contains("The log holds."), "{page}");
}

#[tokio::test]
async fn the_log_is_exported_whole_or_as_searched_and_no_cell_is_a_formula() {
    let portal = TestPortal::open().await;
    let mut admin = administrator(&portal).await;
    portal.test.account("anna@example.test", MfaState::Enforced).await;
    portal.test.app_password("anna@example.test", "=cmd|' /C calc'!A0").await;

    let whole = admin.client.get("/admin/audit/export?format=jsonl").await;
    assert_eq!(whole.header("content-disposition"), "attachment; filename=\"audit.jsonl\"");
    let lines: Vec<serde_json::Value> =
        whole.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sequences: Vec<u64> = lines.iter().map(|line| line["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences, (1..=lines.len() as u64).collect::<Vec<_>>());

    let csv = admin.client.get("/admin/audit/export?format=csv&operation=create-app-password").await.body;
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().starts_with("\"sequence\",\"at\",\"actor\""));
    let row = lines.next().unwrap();
    assert!(row.contains("Create application password for user") && !row.contains(",\"="), "{row}");
    assert_eq!(lines.next(), None);
}

#[tokio::test]
async fn an_auditor_reads_it_and_the_help_desk_does_not() {
    let portal = TestPortal::open().await;
    for (name, role, status) in
        [("audit@example.test", Role::Auditor, 200), ("help@example.test", Role::HelpDesk, 403)]
    {
        let mut person = {
            portal.test.add(name, MfaState::Enforced, role, AccountKind::Person).await;
            portal.enrolled(name).await
        };
        for path in [PATH, "/admin/audit/1", "/admin/audit/verify", "/admin/audit/export", "/admin/delivery"]
        {
            assert_eq!(person.client.get(path).await.status, status, "{name} {path}");
        }
    }
}
