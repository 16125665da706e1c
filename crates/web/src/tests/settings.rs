//! Settings in the admin area: changing them, what is asked first, and what holds for an account.

use std::time::Duration;

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, account_name};

use super::client::{Person, TestPortal};

const ANNA: &str = "anna@example.test";

async fn boss(portal: &TestPortal) -> Person {
    let name = "boss@example.test";
    portal.test.add(name, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    portal.enrolled(name).await
}

#[tokio::test]
async fn a_setting_is_changed_after_the_second_factor_and_given_back_its_default() {
    let portal = TestPortal::open().await;
    let mut boss = boss(&portal).await;
    portal.test.clock.advance(Duration::from_secs(11 * 60));
    let (page, form) =
        ("/admin/settings/app_passwords_per_account", "/admin/settings/app_passwords_per_account/change");
    let shown = boss.client.get(page).await;
    let asked = boss.client.submit(&shown, form, &[("value", "12")]).await;
    assert!(asked.text().contains("Confirm"), "{}", asked.text());
    let code = portal.code(&boss.key);
    let done = boss.client.submit(&asked, form, &[("step_up_code", &code)]).await;
    assert_eq!(done.location(), "/admin/settings?done=setting-changed", "{}", done.text());
    assert_eq!(portal.test.service.settings().app_passwords_per_account, 12);
    let shown = boss.client.get(page).await;
    assert!(shown.text().contains("Use the default"), "{}", shown.text());
    let wrong = boss.client.submit(&shown, form, &[("value", "0")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("it takes a whole number from 1 to 1000"), "{}", wrong.text());
    let empty = boss.client.submit(&shown, form, &[("value", "")]).await;
    let told = "Nothing was typed: it takes a whole number from 1 to 1000.";
    assert!(empty.text().contains(told), "{}", empty.text());
    let back = boss.client.submit(&shown, form, &[("deed", "take-back"), ("value", "12")]).await;
    assert_eq!(back.location(), "/admin/settings?done=setting-changed");
    assert_eq!(portal.test.service.settings().app_passwords_per_account, 40);
}

#[tokio::test]
async fn what_stops_is_told_before_it_is_done() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Disabled).await;
    portal.test.sign_in(ANNA, ACCOUNT_PASSWORD).await;
    let mut boss = boss(&portal).await;
    let (page, form) = ("/admin/settings/doors_off", "/admin/settings/doors_off/change");
    let shown = boss.client.get(page).await;
    let told = boss.client.submit(&shown, form, &[("value", "smtp"), ("value", "pop3")]).await;
    let text = told.text();
    assert!(text.contains("Something will stop") && text.contains("Send mail (SMTP)"), "{text}");
    assert!(text.contains("1 program at Send mail (SMTP) with the account password"), "{text}");
    assert!(text.contains(ANNA) && text.contains("client.example.test"), "{text}");
    let all = "/admin/inventory?kind=account-password&#38;door=smtp";
    assert!(told.body.contains(all), "{}", told.body);
    let listed = boss.client.get(&all.replace("&#38;", "&")).await.text();
    assert!(listed.contains(ANNA), "{listed}");
    assert!(portal.test.service.settings().doors_off.is_empty(), "nothing is done yet");
    let done = boss.client.submit(&told, form, &[]).await;
    assert_eq!(done.location(), "/admin/settings?done=setting-changed", "{}", done.text());
    assert_eq!(portal.test.service.settings().doors_off.to_string(), "smtp, pop3");
}

#[tokio::test]
async fn a_group_has_a_value_of_its_own_and_an_account_shows_why() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let anna = account_name(ANNA);
    portal.test.service.add_to_group(OPERATOR, &anna, "guests".parse().unwrap()).await.unwrap();
    let secret = portal.test.app_password(ANNA, "Contact form").await.secret;
    let mut boss = boss(&portal).await;
    let page = "/admin/settings/users_may_create_app_passwords";
    let form = "/admin/settings/users_may_create_app_passwords/change";
    let shown = boss.client.get(page).await;
    let wrong = boss.client.submit(&shown, form, &[("group", "no group!"), ("value", "false")]).await;
    assert!(wrong.text().contains("Not the name of a group"), "{}", wrong.text());
    let told = boss.client.submit(&shown, form, &[("group", "guests"), ("value", "false")]).await;
    assert!(told.text().contains("Those that they have, 1 of them, go on working"), "{}", told.text());
    let done = boss.client.submit(&told, form, &[("revoke", "yes")]).await;
    assert_eq!(done.location(), "/admin/settings?done=setting-changed-and-revoked", "{}", done.text());
    let refused = portal.test.sign_in(ANNA, secret.expose_canonical()).await;
    assert!(matches!(refused, postern_service::door::DoorAnswer::Refused(_)), "{refused:?}");

    let held = boss.client.get("/admin/settings/held-for?account=anna%40example.test").await.text();
    assert!(held.contains("Group guests: No"), "{held}");
    let nobody = boss.client.get("/admin/settings/held-for?account=nobody%40example.test").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    let shown = boss.client.get(page).await;
    let removed = boss.client.submit(&shown, form, &[("group", "guests"), ("deed", "take-back")]).await;
    assert_eq!(removed.location(), "/admin/settings?done=setting-changed");
    assert_eq!(portal.test.service.read_policy(OPERATOR).await.unwrap().groups.len(), 0);
}

#[tokio::test]
async fn forms_of_a_secret_are_ticked_for_the_organization_and_for_a_group() {
    let portal = TestPortal::open().await;
    portal.test.account(ANNA, MfaState::Enforced).await;
    let guests = "guests".parse().unwrap();
    portal.test.service.add_to_group(OPERATOR, &account_name(ANNA), guests).await.unwrap();
    let mut boss = boss(&portal).await;
    let (page, form) = ("/admin/settings/compatible_profiles", "/admin/settings/compatible_profiles/change");
    let both = [("value", "capitals-and-digits"), ("value", "sixteen-letters")];
    let shown = boss.client.get(page).await;
    assert!(!shown.body.contains("checked"), "{}", shown.body);
    let done = boss.client.submit(&shown, form, &both).await;
    assert_eq!(done.location(), "/admin/settings?done=setting-changed", "{}", done.text());
    let shown = boss.client.get(page).await;
    for profile in ["capitals-and-digits", "sixteen-letters"] {
        assert!(shown.body.contains(&format!("value=\"{profile}\" checked")), "{}", shown.body);
    }
    let of_group = [("group", "guests"), ("value", "capitals-and-digits")];
    let done = boss.client.submit(&shown, form, &of_group).await;
    assert_eq!(done.location(), "/admin/settings?done=setting-changed", "{}", done.text());
    let all = boss.client.get("/admin/settings").await.text();
    assert!(all.contains("With capitals and digits; 16 letters, weaker"), "{all}");
    let held = boss.client.get("/admin/settings/held-for?account=anna%40example.test").await.text();
    let lines: Vec<&str> = held.lines().skip_while(|line| *line != "Compatible secrets").take(3).collect();
    assert_eq!(
        lines,
        ["Compatible secrets", "With capitals and digits", "Group guests: With capitals and digits"],
        "{held}"
    );
    // Nothing ticked: none.
    let shown = boss.client.get(page).await;
    boss.client.submit(&shown, form, &[]).await;
    assert!(portal.test.service.settings().compatible_profiles.is_empty());
}

#[tokio::test]
async fn who_may_only_read_sees_no_form() {
    let portal = TestPortal::open().await;
    portal.test.add("auditor@example.test", MfaState::Enforced, Role::Auditor, AccountKind::Person).await;
    let mut auditor = portal.enrolled("auditor@example.test").await;
    for key in SettingKey::ALL {
        let shown = auditor.client.get(&format!("/admin/settings/{}", key.name())).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", key.name());
        assert!(!shown.body.contains("/change\""), "{}", key.name());
    }
    assert_eq!(auditor.client.get("/admin/settings/no_such").await.status, StatusCode::NOT_FOUND);
}
