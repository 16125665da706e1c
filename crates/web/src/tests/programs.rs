//! Sign-ins of everybody, the tokens of programs, and what the overview says of both.

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_service::api::{ApiTokenQuery, CreateApiToken};
use postern_service::door::DoorAnswer;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR};

use super::client::{Person, TestPortal};

const ANNA: &str = "anna@example.test";

async fn with_role(portal: &TestPortal, role: Role) -> Person {
    let name = format!("{}@example.test", role.name());
    portal.test.add(&name, MfaState::Enforced, role, AccountKind::Person).await;
    portal.enrolled(&name).await
}

/// The text between two others.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}"));
    rest.split_once(after).unwrap().0
}

#[tokio::test]
async fn a_service_principal_is_added_gets_a_new_secret_and_is_revoked() {
    let portal = TestPortal::open().await;
    let mut boss = with_role(&portal, Role::GlobalAdministrator).await;
    let form = "/admin/service-principals/new";
    let page = boss.client.get(form).await;
    let wrong = boss.client.submit(&page, form, &[("name", "CRM"), ("life", "90")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("Choose at least one thing that it may do"), "{}", wrong.text());
    let fields = [("name", "CRM"), ("scope", "accounts.read"), ("scope", "mfa.write"), ("life", "90")];
    let shown = boss.client.submit(&wrong, form, &fields).await;
    let first = between(&shown.body, "id=\"secret\" tabindex=\"0\">", "<").to_owned();
    assert!(first.starts_with("pst_") || first.len() > 30, "{first}");
    assert_eq!(shown.header("cache-control"), "no-store");
    let again = boss.client.submit(&wrong, form, &fields).await;
    assert_eq!(again.location(), "/admin/tokens?done=made-already", "a reload makes no other one");
    let principals = portal.test.service.list_service_principals(OPERATOR, None, 10).await.unwrap();
    assert_eq!(principals.len(), 1);
    assert_eq!(principals[0].scopes.to_string(), "accounts.read mfa.write");
    let list = boss.client.get("/admin/tokens").await;
    assert!(list.text().contains("CRM") && !list.body.contains(&first), "{}", list.text());

    let rotate = format!("/admin/service-principals/{}/secret", principals[0].id);
    let page = boss.client.get(&rotate).await;
    let shown = boss.client.submit(&page, &rotate, &[("life", "never")]).await;
    let second = between(&shown.body, "id=\"secret\" tabindex=\"0\">", "<");
    assert_ne!(first, second);
    let revoke = format!("/admin/service-principals/{}/revoke", principals[0].id);
    let page = boss.client.get(&revoke).await;
    let done = boss.client.submit(&page, &revoke, &[]).await;
    assert_eq!(done.location(), "/admin/tokens?done=principal-revoked");
    let list = boss.client.get(done.location()).await.text();
    assert!(list.contains("The service principal is revoked") && list.contains("Revoked"), "{list}");
}

#[tokio::test]
async fn somebodys_token_is_found_and_revoked() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    for number in 0..55 {
        let new = CreateApiToken {
            account: ANNA.parse().unwrap(),
            name: format!("Script {number:02}").parse().unwrap(),
            scopes: "account.own".parse().unwrap(),
            networks: postern_domain::network::Networks::any(),
            expires_at: portal.test.service.clock().now().plus(std::time::Duration::from_secs(3600)),
        };
        if portal.test.service.create_api_token(OPERATOR, new).await.is_err() {
            break;
        }
    }
    let mut boss = with_role(&portal, Role::GlobalAdministrator).await;
    let first = boss.client.get("/admin/tokens?owner=anna%40example.test").await;
    assert!(first.text().contains("Script 4"), "{}", first.text());
    let query = ApiTokenQuery { account: Some(ANNA.parse().unwrap()), before: None, limit: 100 };
    let tokens = portal.test.service.list_api_tokens(OPERATOR, &query).await.unwrap();
    let revoke = format!("/admin/tokens/{}/revoke", tokens[0].token.id);
    let done = boss.client.submit(&first, &revoke, &[]).await;
    assert_eq!(done.location(), "/admin/tokens?done=token-revoked");
    let token = portal.test.service.show_api_token(OPERATOR, tokens[0].token.id).await.unwrap().token;
    assert!(token.revoked.is_some());
    for (query, status) in [
        ("owner=anna", StatusCode::UNPROCESSABLE_ENTITY),
        ("owner=nobody%40example.test", StatusCode::UNPROCESSABLE_ENTITY),
        ("before=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("", StatusCode::OK),
    ] {
        assert_eq!(boss.client.get(&format!("/admin/tokens?{query}")).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn the_help_desk_finds_a_refusal_by_account_door_outcome_and_reference() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    portal.test.account("bert@example.test", MfaState::Disabled).await;
    portal.test.sign_in(ANNA, ACCOUNT_PASSWORD).await;
    portal.test.sign_in("bert@example.test", ACCOUNT_PASSWORD).await;
    let mut desk = with_role(&portal, Role::HelpDesk).await;
    let all = desk.client.get("/admin/sign-ins?place=smtp").await.text();
    assert!(all.contains(ANNA) && all.contains("bert@example.test"), "{all}");
    let refused = desk.client.get("/admin/sign-ins?account=anna%40example.test&outcome=refused").await;
    let text = refused.text();
    assert!(text.contains(ANNA) && !text.contains("bert@example.test"), "{text}");
    let reference = between(&refused.body, "/refusals?reference=", "\"").to_owned();
    let found = desk.client.get(&format!("/admin/sign-ins?reference={reference}")).await;
    assert_eq!(found.location(), format!("/refusals?reference={reference}"));
    assert!(desk.client.get(found.location()).await.text().contains(&reference));
    let later = desk.client.get("/admin/sign-ins?place=smtp&to=2020-01-01").await.text();
    assert!(later.contains("No sign-in matches"), "{later}");
    for wrong in ["account=anna", "account=no%40example.test", "place=fax", "outcome=maybe", "from=1.1.2026"]
    {
        let shown = desk.client.get(&format!("/admin/sign-ins?{wrong}")).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let file = desk.client.get("/admin/sign-ins/export.jsonl?place=smtp&outcome=refused").await;
    let lines: Vec<serde_json::Value> =
        file.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "{}", file.body);
    assert_eq!((&lines[0]["outcome"], &lines[0]["reference"]), (&"refused".into(), &reference.into()));
}

#[tokio::test]
async fn the_overview_says_what_needs_somebody_and_leads_there() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let service = &portal.test.service;
    let created = portal.test.app_password(ANNA, "Contact form").await;
    let set = async |key, value| drop(service.change_setting(OPERATOR, key, value).await.unwrap());
    set(SettingKey::DoorsReportOnly, "smtp").await;
    set(SettingKey::DoorsOff, "smtp").await;
    let let_in = portal.test.sign_in(ANNA, created.secret.expose_canonical()).await;
    assert!(matches!(let_in, DoorAnswer::Accepted(_)), "{let_in:?}");
    service.revoke_app_password(OPERATOR, created.app_password.id, "").await.unwrap();
    portal.test.sign_in(ANNA, created.secret.expose_canonical()).await;
    let mut boss = with_role(&portal, Role::GlobalAdministrator).await;
    let shown = boss.client.get("/admin").await;
    for (words, path) in [
        (
            "1 account with the role Global administrator has no passkey",
            "/admin/accounts?role=global-administrator&#38;methods=no-passkey&#38;status=active",
        ),
        ("still tried after their end", "/admin/inventory?flag=tried-after-end"),
        ("would have been refused", "/admin/sign-ins?outcome=would-refuse"),
        (
            "with MFA enforced has no authentication method yet",
            "/admin/accounts?mfa=enforced&#38;methods=none&#38;status=active",
        ),
    ] {
        assert!(shown.text().contains(words), "{words}: {}", shown.text());
        assert!(shown.body.contains(&format!("href=\"{path}\"")), "{path}: {}", shown.body);
        let list = boss.client.get(&path.replace("&#38;", "&")).await;
        assert_eq!(list.status, StatusCode::OK, "{path}");
        assert!(!list.text().contains("No sign-in matches") && !list.text().contains("No account matches"));
    }
    // The help desk is led only to what its role opens.
    let mut desk = with_role(&portal, Role::HelpDesk).await;
    let shown = desk.client.get("/admin").await;
    assert!(
        !shown.body.contains("/admin/inventory") && !shown.body.contains("/admin/delivery"),
        "{}",
        shown.body
    );
}
