//! What people do with scripting switched off in the browser: everything but passkeys and the copy button.
//!
//! First sign-in, creation, change, suspension, revocation, refusals and recovery codes are in [`crate::portal`]; the way
//! through a real identity provider is in the server's end-to-end tests.

use std::time::Duration;

use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_service::door::DoorAnswer;
use postern_testkit::{ACCOUNT_PASSWORD, Browser, OPERATOR};

use crate::site::Site;

const ANNA: &str = "anna@example.test";
const BO: &str = "bo@example.test";
const ROOT: &str = "root@example.test";

async fn open(site: &Site, browser: &Browser, path: &str) {
    browser.open(&format!("{}{path}", site.origin)).await;
}

async fn is_in(site: &Site, secret: &str) -> bool {
    matches!(site.test.sign_in(ANNA, secret).await, DoorAnswer::Accepted(_))
}

/// The app password that is shown.
async fn shown(browser: &Browser) -> String {
    browser.text(".groups").await.replace(char::is_whitespace, "")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_without_javascript_a_secret_is_renewed_and_methods_are_managed() {
    let site = Site::for_passkeys().await;
    site.test.account(ANNA, MfaState::Enforced).await;
    site.test
        .service
        .change_setting(OPERATOR, SettingKey::TextMessageCodes, "true")
        .await
        .expect("the test can be set up");
    let browser = Browser::start(false).await;
    open(&site, &browser, "/sign-in").await;
    site.sign_in(&browser, ANNA).await;
    let person = site.enrol(&browser).await;

    // A new secret: the old one works until the new one is used.
    open(&site, &browser, "/app-passwords/new").await;
    browser.fill("#name", "Contact form").await;
    browser.click("input[value='web-site']").await;
    browser.click("main button.primary").await;
    let old = shown(&browser).await;
    browser.click("main > .actions a.primary").await;
    browser.click("td a.strong").await;
    browser.click(".head .row a[href$='/rotate']").await;
    browser.click("main button.primary").await;
    let new = shown(&browser).await;
    assert!(new != old && is_in(&site, &old).await && is_in(&site, &new).await);
    assert!(!is_in(&site, &old).await, "the old secret works after the new one was used");

    // A passkey cannot be made, and the page says so; a telephone can be registered.
    open(&site, &browser, "/methods/passkey/new").await;
    assert!(browser.text("main").await.contains("Passkeys need JavaScript"));
    assert!(!browser.sees("[data-passkey]").await);
    open(&site, &browser, "/methods/text-message/new").await;
    browser.fill("#destination", "+49 151 23456789").await;
    browser.click("main button.primary").await;
    let (_, text) = site.test.messenger.take_texts().remove(0);
    browser.fill("#code", &text[..6]).await;
    browser.click("main button.primary").await;
    assert_eq!(browser.text("h1").await, "Security info");

    // It lets in, and is renamed and deleted; for that the second factor is asked for again after a while.
    browser.click(".who button").await;
    site.sign_in(&browser, ANNA).await;
    site.test.clock.advance(Duration::from_secs(60));
    browser.click("a[href*='method=0']").await;
    browser.click("main button.primary").await;
    let (_, text) = site.test.messenger.take_texts().remove(0);
    browser.fill("#code", &text[..6]).await;
    browser.click("main button.primary").await;
    browser.click(".list li:nth-child(2) a.strong").await;
    browser.fill("#label", "Old telephone").await;
    browser.click("main button.primary").await;
    assert!(browser.text(".list").await.contains("Old telephone"));
    site.test.clock.advance(Duration::from_secs(11 * 60));
    browser.click(".list li:nth-child(2) .danger-quiet").await;
    browser.click("button.danger").await;
    assert_eq!(browser.text("h1").await, "Confirm that it is you");
    browser.fill("#step_up_code", &site.code(&person.key)).await;
    browser.click(".actions button.primary").await;
    assert!(!browser.text(".list").await.contains("Old telephone"));

    // The last method stays while MFA is enforced.
    browser.click(".list li:nth-child(1) .danger-quiet").await;
    browser.click("button.danger").await;
    let refused = browser.text(".message.bad").await;
    assert!(refused.contains("last"), "{refused}");

    // New recovery codes end the old ones, and a new password ends the old one.
    open(&site, &browser, "/recovery-codes/new").await;
    browser.click("main button.primary").await;
    let codes = browser.text(".codes").await;
    assert!(!codes.contains(&person.codes[0]), "{codes}");
    open(&site, &browser, "/password").await;
    browser.fill("#current", ACCOUNT_PASSWORD).await;
    browser.fill("#new", "wagon nine velvet orchard").await;
    browser.fill("#repeat", "wagon nine velvet orchard").await;
    browser.click("main button.primary").await;
    assert!(browser.text(".message.good").await.contains("password"), "{}", browser.text("main").await);
    browser.click(".who button").await;
    site.sign_in(&browser, ANNA).await;
    assert!(browser.sees(".message.bad").await, "the old password was taken");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_without_javascript_an_administrator_rolls_out_mfa() {
    let site = Site::open().await;
    site.test.administrator(ROOT).await;
    site.test.account(BO, MfaState::Disabled).await;
    site.test.account(ANNA, MfaState::Disabled).await;
    assert!(is_in(&site, ACCOUNT_PASSWORD).await);
    let browser = Browser::start(false).await;
    open(&site, &browser, "/sign-in").await;
    site.sign_in(&browser, ROOT).await;
    site.enrol(&browser).await;

    // Accounts from a table: shown first, added then.
    open(&site, &browser, "/admin/import").await;
    browser.fill("#rows", "name,mfa\ncarla@example.test,enforced\nnobody at all,enforced\n").await;
    browser.click(".form-card button.primary").await;
    let told = browser.text("[aria-labelledby=mistakes]").await;
    assert!(told.starts_with("Nothing was imported"), "{told}");
    browser.fill("#rows", "name,mfa\ncarla@example.test,enforced\n").await;
    browser.click(".form-card button.primary").await;
    assert!(browser.text("[aria-labelledby=preview]").await.contains("Add 1, change 0, block 0"));
    browser.click("[aria-labelledby=preview] button.primary").await;
    open(&site, &browser, "/admin/accounts?find=carla").await;
    assert_eq!(browser.text("td.lead-cell a").await, "carla@example.test");

    // MFA for all who have none, with the program that stops named before.
    open(&site, &browser, "/admin/mfa").await;
    browser.click("#mfa option[value=disabled]").await;
    browser.click(".search button").await;
    browser.click("input[name='which'][value='matching']").await;
    browser.click("#change option[value='mfa enforced']").await;
    browser.click(".bulk button").await;
    let question = browser.text("main").await;
    assert!(question.contains("1 program of 1 account"), "{question}");
    assert!(question.contains("client.example.test"), "{question}");
    assert!(is_in(&site, ACCOUNT_PASSWORD).await, "the question alone changes nothing");
    browser.click("main button.primary").await;
    while browser.text("#progress").await != "Finished" {
        browser.reload().await;
    }
    assert!(!is_in(&site, ACCOUNT_PASSWORD).await);

    // A setting, with what it would end before it is changed.
    open(&site, &browser, "/admin/settings/app_passwords_per_account").await;
    browser.fill("#value", "7").await;
    browser.click("main button.primary").await;
    assert_eq!(site.test.service.settings().app_passwords_per_account, 7);
    site.test.app_password(ANNA, "Contact form").await;
    open(&site, &browser, "/admin/settings/users_may_create_app_passwords").await;
    browser.click("#value option[value=false]").await;
    browser.click("main button.primary").await;
    assert_eq!(browser.text("h1").await, "Something will stop");
    browser.click("button.danger").await;
    assert!(!site.test.service.settings().users_may_create_app_passwords);

    // What is there, and what was done.
    open(&site, &browser, "/admin/inventory").await;
    browser.fill("#owner", ANNA).await;
    browser.click(".find button").await;
    assert!(browser.text(".table").await.contains("Contact form"));
    browser.fill("#name", "Scanner").await;
    browser.click(".find button").await;
    assert!(!browser.sees(".table").await, "{}", browser.text("main").await);
    open(&site, &browser, "/admin/audit").await;
    browser.fill("#account", BO).await;
    browser.click(".filters button").await;
    let found = browser.text(".table").await;
    assert!(found.contains("Change MFA state") && !found.contains("carla@"), "{found}");
    open(&site, &browser, "/admin/audit/verify").await;
    browser.click("main button.primary").await;
    while browser.sees("main a.button.primary").await {
        browser.click("main a.button.primary").await;
    }
    assert!(browser.text("[aria-labelledby=result]").await.contains("The log holds."));
    browser.close().await;
}
