//! The inventory and the report in the admin area, and the files that are exported.

use std::time::Duration;

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_testkit::OPERATOR;

use super::client::{Person, TestPortal};

const ANNA: &str = "anna@example.test";

async fn auditor(portal: &TestPortal) -> Person {
    let name = "auditor@example.test";
    portal.test.add(name, MfaState::Enforced, Role::Auditor, AccountKind::Person).await;
    portal.enrolled(name).await
}

#[tokio::test]
async fn lists_go_on_where_the_page_ends_and_keep_what_was_asked() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let per_account = postern_domain::setting::SettingKey::AppPasswordsPerAccount;
    portal.test.service.change_setting(OPERATOR, per_account, "1000").await.unwrap();
    for number in 0..60 {
        portal.test.clock.advance(Duration::from_millis(1));
        portal.test.app_password(ANNA, &format!("Scanner number {number:02}")).await;
    }
    let mut auditor = auditor(&portal).await;
    let first = auditor.client.get("/admin/inventory?flag=never-used&owner=anna%40example.test").await;
    let text = first.text();
    assert!(text.contains("Scanner number 59") && text.contains("Scanner number 10"), "{text}");
    assert!(!text.contains("Scanner number 09"));
    let next = first.body.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    assert!(next.starts_with("/admin/inventory?flag=never-used&owner=anna%40example.test&after="), "{next}");
    let second = auditor.client.get(&next).await.text();
    assert!(second.contains("Scanner number 09") && second.contains("Scanner number 00"), "{second}");
    assert!(!second.contains("Scanner number 10"));

    for (query, status) in [
        ("owner=nobody%40example.test", StatusCode::UNPROCESSABLE_ENTITY),
        ("owner=anna", StatusCode::UNPROCESSABLE_ENTITY),
        ("after=..", StatusCode::UNPROCESSABLE_ENTITY),
        ("name=scanner+number+5&door=smtp", StatusCode::OK),
    ] {
        let shown = auditor.client.get(&format!("/admin/inventory?{query}")).await;
        assert_eq!(shown.status, status, "{query}");
    }
}

#[tokio::test]
async fn a_file_holds_the_whole_list_and_nothing_else() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    portal.test.account("bert@example.test", MfaState::Enforced).await;
    for (who, name) in [(ANNA, "=1+1, by hand"), (ANNA, "Contact form"), ("bert@example.test", "Scanner 1")] {
        portal.test.app_password(who, name).await;
    }
    let mut auditor = auditor(&portal).await;
    let csv = auditor.client.get("/admin/inventory/export.csv?owner=anna%40example.test").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"credentials.csv\"");
    let lines: Vec<&str> = csv.body.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3, "{}", csv.body);
    assert!(lines[0].starts_with("id,kind,account,account_kind,name,"), "{}", lines[0]);
    assert!(csv.body.contains(",\"'=1+1, by hand\","), "{}", csv.body);
    let json = auditor.client.get("/admin/inventory/export.jsonl").await;
    let names: Vec<String> = json
        .body
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["name"].to_string())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"\"=1+1, by hand\"".to_owned()), "{names:?}");
    assert_eq!(
        auditor.client.get("/admin/inventory/export.csv?flag=old").await.status,
        StatusCode::NOT_FOUND
    );
}

/// Every kind is in the list, with what is its own, and the list can be narrowed to one.
#[tokio::test]
async fn a_token_and_an_account_password_are_listed_beside_app_passwords() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Disabled).await;
    portal.test.app_password(ANNA, "Contact form").await;
    portal.test.sign_in(ANNA, postern_testkit::ACCOUNT_PASSWORD).await;
    let mut auditor = auditor(&portal).await;
    let token = postern_service::api::CreateApiToken {
        account: "auditor@example.test".parse().unwrap(),
        name: "Nightly report".parse().unwrap(),
        scopes: "audit.read inventory.read".parse().unwrap(),
        networks: postern_domain::network::Networks::any(),
        expires_at: portal.test.service.clock().now().plus(Duration::from_secs(30 * 24 * 3600)),
    };
    portal.test.service.create_api_token(OPERATOR, token).await.unwrap();
    // The report writes down what was not yet.
    auditor.client.get("/admin/report").await;
    let all = auditor.client.get("/admin/inventory").await.text();
    for expected in [
        "Contact form",
        "Account password at a door",
        "Last used at: Send mail (SMTP)",
        "Every door, and no network limits it",
        "Nightly report",
        "audit.read, inventory.read",
    ] {
        assert!(all.contains(expected), "{expected}: {all}");
    }
    let tokens = auditor.client.get("/admin/inventory?kind=api-token").await.text();
    assert!(tokens.contains("Nightly report") && !tokens.contains("Contact form"), "{tokens}");
    let file = auditor.client.get("/admin/inventory/export.csv?kind=account-password").await.body;
    assert_eq!(file.lines().count(), 2, "{file}");
    assert!(file.contains(",account-password,anna@example.test,person,"), "{file}");
    let wrong = auditor.client.get("/admin/inventory?kind=key").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_report_says_what_happened_and_the_next_step() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let created = portal.test.app_password(ANNA, "Contact form").await;
    let secret = created.secret.expose_canonical();
    portal.test.sign_in(ANNA, secret).await;
    portal.test.service.revoke_app_password(OPERATOR, created.app_password.id, "").await.unwrap();
    portal.test.sign_in(ANNA, secret).await;
    portal.test.sign_in(ANNA, postern_testkit::ACCOUNT_PASSWORD).await;
    let mut auditor = auditor(&portal).await;
    for span in ["day", "month"] {
        let text = auditor.client.get(&format!("/admin/report?span={span}")).await.text();
        for expected in [
            "Send mail (SMTP)",
            "An account password, where MFA demands an app password",
            "Have the owner create an app password.",
            "A revoked app password",
            "Still tried after its end",
            "Contact form",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}

/// Its owner and the administrators read the same end: not that nothing ends it, while the notice of its end is in the mail.
#[tokio::test]
async fn what_ends_unused_is_said_ahead_on_security_info_and_in_the_inventory() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    let new = postern_service::app_password::CreateAppPassword {
        idle_expiry: Some(days(30)),
        ..postern_testkit::app_password_for(ANNA, "Quarterly report", [postern_domain::door::Door::Smtp])
    };
    portal.test.service.create_app_password(OPERATOR, new).await.unwrap();
    assert!(!person.client.get("/security-info").await.text().contains("if unused"));
    portal.test.clock.advance(days(20));
    let mut anna = portal.client();
    anna.sign_in(ANNA, postern_testkit::ACCOUNT_PASSWORD).await;
    let code = portal.code(&person.key);
    anna.open_and_submit("/sign-in/code", &[("code", &code)]).await;
    let shown = anna.get("/security-info").await.text();
    assert!(shown.contains("Ends in 9 days if unused"), "{shown}");
    let mut auditor = auditor(&portal).await;
    let shown = auditor.client.get("/admin/inventory?flag=expiring-soon").await.text();
    assert!(shown.contains("Quarterly report") && shown.contains("Ends in 9 days if unused"), "{shown}");
}
