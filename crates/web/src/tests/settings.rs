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

/// Somebody who signs in with text messages alone.
pub(super) async fn texting(portal: &TestPortal, name: &str) {
    portal.test.account(name, MfaState::Enforced).await;
    let mut client = portal.client();
    client.sign_in(name, ACCOUNT_PASSWORD).await;
    let form = "/methods/text-message/new";
    let shown = client.get(form).await;
    let shown = client.submit(&shown, form, &[("destination", "+49 151 23456789")]).await;
    let (_, text) = portal.test.messenger.take_texts().remove(0);
    let code: String = text.chars().take(6).collect();
    let shown = client.submit(&shown, form, &[("code", &code)]).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
}

#[tokio::test]
async fn who_is_locked_out_is_named_before_it_is_done() {
    let portal = TestPortal::open().await;
    let mut boss = boss(&portal).await;
    let (page, form) = ("/admin/settings/text_message_codes", "/admin/settings/text_message_codes/change");
    let off = [("value", "false")];
    let change = async |boss: &mut Person, fields: &[(&str, &str)]| {
        let shown = boss.client.get(page).await;
        boss.client.submit(&shown, form, fields).await
    };
    // Nobody has such a method: nothing is asked.
    for value in ["true", "false", "true"] {
        let done = change(&mut boss, &[("value", value)]).await;
        assert_eq!(done.location(), "/admin/settings?done=setting-changed", "{}", done.text());
    }
    texting(&portal, ANNA).await;
    let told = change(&mut boss, &off).await;
    let text = told.text();
    assert!(text.contains("Somebody will be locked out") && !text.contains("Something will stop"), "{text}");
    assert!(text.contains("method that can be used from\n1 account\n:"), "{text}");
    let anna = portal.test.service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    let link = format!("<a href=\"/admin/accounts/{}\">anna@<wbr>example.<wbr>test</a>", anna.account.id);
    assert!(told.body.contains(&link), "{}", told.body);
    assert!(
        text.contains("a recovery code only. For the others an administrator deletes the method"),
        "{text}"
    );
    assert!(portal.test.service.settings().text_message_codes, "nothing is done yet");
    // The same for what a group gives, and where a value is taken back.
    portal.test.service.add_to_group(OPERATOR, &anna.account.name, "guests".parse().unwrap()).await.unwrap();
    let of_group = [("group", "guests"), ("value", "false")];
    let guests = change(&mut boss, &of_group).await;
    assert!(guests.text().contains("Somebody will be locked out"), "{}", guests.text());
    assert_eq!(portal.test.service.read_policy(OPERATOR).await.unwrap().groups.len(), 0);
    let back = change(&mut boss, &[("deed", "take-back")]).await;
    assert!(back.text().contains("Somebody will be locked out"), "{}", back.text());
    texting(&portal, "bert@example.test").await;
    let text = change(&mut boss, &off).await.text();
    assert!(text.contains("from\n2 accounts\n:") && text.contains("bert@"), "{text}");
    // Confirmed, it is done, and is as was said.
    let done = boss.client.submit(&told, form, &[]).await;
    assert_eq!(done.location(), "/admin/settings?done=setting-changed", "{}", done.text());
    assert!(!portal.test.service.settings().text_message_codes);
    let mut client = portal.client();
    client.sign_in(ANNA, ACCOUNT_PASSWORD).await;
    let asked = client.get("/sign-in/code").await.text();
    assert!(asked.contains("can be used now. Use a recovery code, or ask your administrator."), "{asked}");
}

#[tokio::test]
async fn of_many_who_are_locked_out_the_first_are_named() {
    let portal = TestPortal::open().await;
    let mut boss = boss(&portal).await;
    let service = &portal.test.service;
    service.change_setting(OPERATOR, SettingKey::TextMessageCodes, "true").await.unwrap();
    for number in 10..31 {
        texting(&portal, &format!("user{number}@example.test")).await;
    }
    let (page, form) = ("/admin/settings/text_message_codes", "/admin/settings/text_message_codes/change");
    let shown = boss.client.get(page).await;
    let text = boss.client.submit(&shown, form, &[("value", "false")]).await.text();
    assert!(text.contains("from\n21 accounts\n, of which these are the first 20 by name:"), "{text}");
    assert!(text.contains("user29@") && !text.contains("user30@"), "{text}");
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
    assert!(told.text().contains("What they have goes on working: 1 app password."), "{}", told.text());
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
