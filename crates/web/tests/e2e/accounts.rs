//! The accounts' pages of the admin area: their pictures, and a change to many accounts with what stops before it.

use postern_domain::account::{AccountKind, AccountName, Role};
use postern_domain::mfa::MfaState;
use postern_service::door::DoorAnswer;
use postern_testkit::{ACCOUNT_PASSWORD, Browser, OPERATOR, door_sign_in};

use crate::pictures::Camera;
use crate::site::Site;

const ROOT: &str = "root@example.test";

/// Accounts with programs, some of which use the account password.
async fn furnish(site: &Site) {
    let names = ["anna.lindqvist", "bo.nystrom", "carla.ruiz", "dmitri.orlov", "emma.clarke", "farid.haddad"];
    for (number, name) in names.into_iter().enumerate() {
        let name = format!("{name}@example.test");
        let state = if number % 3 == 2 { MfaState::Enforced } else { MfaState::Disabled };
        site.test.account(&name, state).await;
        for (client, address) in [("scanner-2nd-floor", "192.0.2.40"), ("wordpress", "198.51.100.7")] {
            let mut attempt = door_sign_in(&name, ACCOUNT_PASSWORD);
            attempt.client = Some(client.to_owned());
            attempt.address = address.parse().expect("the test can be set up");
            let answer = site.test.service.sign_in_at_door(attempt).await.expect("the service answers");
            assert_eq!(matches!(answer, DoorAnswer::Accepted(_)), state == MfaState::Disabled);
        }
        if number % 2 == 0 {
            site.test.app_password(&name, "Contact form of the web site").await;
        }
    }
    site.test.add("backup@example.test", MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    site.test.add("help@example.test", MfaState::Disabled, Role::HelpDesk, AccountKind::Person).await;
    let blocked: AccountName = "farid.haddad@example.test".parse().expect("the test can be set up");
    site.test.service.block_account(OPERATOR, &blocked).await.expect("the test can be set up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_the_accounts_pages_are_photographed_and_many_are_changed_at_once() {
    let site = Site::open().await;
    site.test.administrator(ROOT).await;
    furnish(&site).await;
    let browser = Browser::start(true).await;
    let camera = Camera::new();
    browser.open(&format!("{}/sign-in", site.origin)).await;
    site.sign_in(&browser, ROOT).await;
    site.enrol(&browser).await;
    let open = async |path: &str, name: &str| {
        browser.open(&format!("{}{path}", site.origin)).await;
        camera.take(&browser, name).await;
    };
    open("/admin", "admin-overview").await;
    open("/admin/accounts", "admin-accounts").await;
    open("/admin/accounts?find=nobody", "admin-accounts-none").await;
    open("/admin/accounts/new", "admin-account-new").await;
    open("/admin/mfa", "admin-mfa").await;
    open("/admin/mfa/programs?stopped=no", "admin-programs").await;
    open("/admin/mfa/programs?stopped=yes", "admin-programs-stopped").await;
    browser.open(&format!("{}/admin/accounts?find=anna", site.origin)).await;
    browser.click("td.lead-cell a").await;
    camera.take(&browser, "admin-account").await;
    browser.click("a[href$='/mfa']").await;
    camera.take(&browser, "admin-account-mfa").await;
    browser.open(&format!("{}/admin/mfa?mfa=disabled", site.origin)).await;
    browser.click("input[name='which'][value='matching']").await;
    browser.click("option[value='mfa enforced']").await;
    browser.click(".bulk button").await;
    camera.take(&browser, "admin-bulk-question").await;
    browser.click("main button.primary").await;
    // It reloads by itself until the last account is done.
    while browser.text("#progress").await != "Finished" {}
    camera.take(&browser, "admin-change").await;
    open("/admin/changes", "admin-changes").await;
    let outcome = site.test.sign_in("anna.lindqvist@example.test", ACCOUNT_PASSWORD).await;
    assert!(matches!(outcome, DoorAnswer::Refused(_)), "{outcome:?}");
    browser.close().await;
}
