//! Pictures of the settings, the inventory and the report.

use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_service::portal::{Destination, PortalSignIn};
use postern_testkit::{ACCOUNT_PASSWORD, Browser, OPERATOR, account_name, app_password_for};

use crate::pictures::Camera;
use crate::site::Site;

const BOSS: &str = "boss@example.test";
const ANNA: &str = "anna.lindqvist@example.test";
const PRINTER: &str = "printer@example.test";

/// A month of sign-ins, a policy with a group of its own, and app passwords with something wrong.
async fn furnish(site: &Site) {
    let (service, clock) = (&site.test.service, &site.test.clock);
    let day = Duration::from_secs(86_400);
    site.test.account(ANNA, MfaState::Disabled).await;
    site.test.add(PRINTER, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    let form = site.test.app_password(ANNA, "Contact form of the web site").await;
    let mut wide = app_password_for(PRINTER, "Scanner 2nd floor, everything", DoorSet::all().iter());
    wide.idle_expiry = Some(400 * day);
    service.create_app_password(OPERATOR, wide).await.expect("the test can be set up");
    let mut mail = app_password_for(ANNA, "Outlook 2010 at home", [Door::Imap, Door::Smtp]);
    mail.expires_at = Some(service.clock().now().plus(105 * day));
    service.create_app_password(OPERATOR, mail).await.expect("the test can be set up");
    let old = site.test.app_password(PRINTER, "Old office printer").await;
    clock.advance(70 * day);
    for times in [4, 9, 2, 0, 7, 12, 3, 5, 8, 1, 6, 11, 2, 4, 9, 5, 3, 8, 2, 6, 10, 4, 7, 3, 5] {
        for _ in 0..times {
            site.test.sign_in(ANNA, form.secret.expose_canonical()).await;
        }
        site.test.sign_in(ANNA, if times % 2 == 0 { ACCOUNT_PASSWORD } else { "an old password" }).await;
        clock.advance(day);
    }
    let revoked = service.revoke_app_password(OPERATOR, old.app_password.id, "Replaced").await;
    revoked.expect("the test can be set up");
    let guests = "guests".parse().expect("the test can be set up");
    service.add_to_group(OPERATOR, &account_name(ANNA), guests).await.expect("the test can be set up");
    let guests = "guests".parse().expect("the test can be set up");
    for (key, value) in [(SettingKey::LongestExpiry, "90d"), (SettingKey::AllowedScopes, "smtp")] {
        service.set_override(OPERATOR, &guests, key, value).await.expect("the test can be set up");
    }
    for (key, value) in [
        (SettingKey::AppPasswordsPerAccount, "25"),
        (SettingKey::DoorsReportOnly, "smtp"),
        (SettingKey::AccountPasswordsAtDoors, "never"),
    ] {
        service.change_setting(OPERATOR, key, value).await.expect("the test can be set up");
    }
    for secret in [ACCOUNT_PASSWORD, form.secret.expose_canonical()] {
        site.test.sign_in(ANNA, secret).await;
    }
    for _ in 0..3 {
        site.test.sign_in(PRINTER, old.secret.expose_canonical()).await;
    }
}

/// Registers text messages as somebody's only method.
async fn sign_in_with_text_messages(site: &Site, name: &str) {
    let service = &site.test.service;
    let key = SettingKey::TextMessageCodes;
    service.change_setting(OPERATOR, key, "true").await.expect("the test can be set up");
    let sign_in = PortalSignIn {
        name: name.to_owned(),
        password: AccountPassword::typed(ACCOUNT_PASSWORD),
        remembered: None,
        replaces: None,
        address: "192.0.2.7".parse().expect("the test can be set up"),
        user_agent: "Browser".to_owned(),
    };
    let started = service.start_portal_session(sign_in).await.expect("the test can be set up");
    let session = started.standing.full().expect("no second factor is asked for yet");
    let phone = Destination::Phone("+49 151 23456789".parse().expect("the test can be set up"));
    let begun = service.begin_message_registration(session.session(), phone).await;
    begun.expect("the test can be set up");
    let (_, text) = site.test.messenger.take_texts().remove(0);
    let code: String = text.chars().take(6).collect();
    let registered = service.finish_message_registration(session.session(), "Phone", &code).await;
    drop(registered.expect("the test can be set up"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_policy_pages_are_photographed_and_fit_a_phone() {
    let (camera, site) = (Camera::new(), Site::open().await);
    let browser = Browser::start(true).await;
    furnish(&site).await;
    site.test.add(BOSS, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let open = async |path: &str| browser.open(&format!("{}{path}", site.origin)).await;
    open("/sign-in").await;
    site.sign_in(&browser, BOSS).await;
    site.enrol(&browser).await;
    for (path, name) in [
        ("/admin/settings", "admin-settings"),
        ("/admin/settings/app_passwords_per_account", "admin-setting"),
        ("/admin/settings/allowed_scopes", "admin-setting-doors"),
        ("/admin/settings/held-for?account=anna.lindqvist%40example.test", "admin-settings-held-for"),
        ("/admin/inventory", "admin-inventory"),
        ("/admin/inventory?flag=tried-after-end", "admin-inventory-tried"),
        ("/admin/inventory?name=nothing+is+named+so", "admin-inventory-empty"),
        ("/admin/report?span=month", "admin-report-month"),
        ("/admin/report", "admin-report-day"),
    ] {
        open(path).await;
        camera.take(&browser, name).await;
    }
    open("/admin/settings/users_may_create_app_passwords").await;
    browser.run("document.querySelector('#value').value = 'false'").await;
    browser.click("main button.primary").await;
    assert_eq!(browser.text("h1").await, "Something will stop");
    camera.take(&browser, "admin-setting-revoke").await;
    open("/admin/settings/doors_report_only").await;
    browser.run("document.querySelector('[value=smtp]').checked = false").await;
    browser.click("main button.primary").await;
    camera.take(&browser, "admin-setting-confirm").await;
    sign_in_with_text_messages(&site, ANNA).await;
    open("/admin/settings/text_message_codes").await;
    browser.run("document.querySelector('#value').value = 'false'").await;
    browser.click("main button.primary").await;
    assert_eq!(browser.text("h1").await, "Somebody will be locked out");
    camera.take(&browser, "admin-setting-locked-out").await;
    browser.close().await;
}
