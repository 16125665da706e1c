//! Passkeys in a real browser, with its virtual authenticator.

use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_testkit::{Browser, OPERATOR};
use serde_json::json;

use crate::pictures::{ANNA, Camera};
use crate::site::Site;

async fn open(site: &Site, browser: &Browser, path: &str) {
    browser.open(&format!("{}{path}", site.origin)).await;
}

/// Waits for the page with that heading.
async fn arrives(browser: &Browser, heading: &str) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    while browser.text("h1").await != heading {
        assert!(
            tokio::time::Instant::now() < deadline,
            "{heading} did not come: {}",
            browser.text("main").await
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_a_passkey_is_registered_and_signs_in() {
    let (camera, site) = (Camera::new(), Site::for_passkeys().await);
    site.test.account(ANNA, MfaState::Enforced).await;
    let browser = Browser::start(true).await;
    let authenticator = browser.plug_in_authenticator().await;

    // The first method, in the place of an authenticator app.
    open(&site, &browser, "/sign-in").await;
    site.sign_in(&browser, ANNA).await;
    open(&site, &browser, "/methods/passkey/new").await;
    camera.take(&browser, "register-passkey").await;
    browser.fill("#label", "Work laptop").await;
    browser.click("[data-passkey]").await;
    arrives(&browser, "Keep your recovery codes").await;
    open(&site, &browser, "/security-info").await;
    assert!(browser.text(".list").await.contains("Work laptop"));
    camera.take(&browser, "security-info-passkey").await;
    browser.click(".list a.strong").await;
    camera.take(&browser, "method").await;
    let credentials = browser.credentials(&authenticator).await;
    assert_eq!((credentials.len(), &credentials[0]["isResidentCredential"]), (1, &json!(true)));

    // As the second factor: the browser is asked by itself.
    browser.click(".who button").await;
    open(&site, &browser, "/sign-in").await;
    site.sign_in(&browser, ANNA).await;
    arrives(&browser, "Security info").await;

    // Alone, without a user name.
    browser.click(".who button").await;
    camera.take(&browser, "sign-in-passkeys").await;
    browser.click("form[action='/sign-in/passkey'] button").await;
    arrives(&browser, "Security info").await;

    // An authenticator that does not recognise its user opens nothing.
    browser.click(".who button").await;
    browser.recognise_user(&authenticator, false).await;
    browser.click("form[action='/sign-in/passkey'] button").await;
    let said = browser.text("#passkey-said:not([hidden])").await;
    assert_eq!(said, "No passkey came: it was cancelled, or it took too long. Try again.");
    camera.take(&browser, "sign-in-passkey").await;
    browser.recognise_user(&authenticator, true).await;

    // A copy that is behind is refused.
    let before = browser.credentials(&authenticator).await.remove(0);
    browser.click("[data-passkey]").await;
    arrives(&browser, "Security info").await;
    browser.click(".who button").await;
    let mut copy = before.clone();
    copy["signCount"] = json!(before["signCount"].as_u64().expect("a counter") - 1);
    browser.put_credential(&authenticator, &copy).await;
    browser.click("form[action='/sign-in/passkey'] button").await;
    let refused = browser.text(".message.bad:not([hidden])").await;
    assert!(refused.contains("there may be a copy of it"), "{refused}");
    camera.take(&browser, "sign-in-passkey-copied").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_another_method_can_be_chosen_and_a_browser_is_remembered() {
    let (camera, site) = (Camera::new(), Site::for_passkeys().await);
    site.test.account(ANNA, MfaState::Enforced).await;
    for (key, value) in [
        (SettingKey::TextMessageCodes, "true"),
        (SettingKey::EMailCodes, "true"),
        (SettingKey::RememberBrowser, "30d"),
    ] {
        site.test.service.change_setting(OPERATOR, key, value).await.expect("the test can be set up");
    }
    let browser = Browser::start(true).await;
    browser.plug_in_authenticator().await;
    open(&site, &browser, "/sign-in").await;
    site.sign_in(&browser, ANNA).await;
    let person = site.enrol(&browser).await;
    open(&site, &browser, "/methods/new").await;
    camera.take(&browser, "add-method-all").await;
    open(&site, &browser, "/methods/passkey/new").await;
    browser.click("[data-passkey]").await;
    arrives(&browser, "Security info").await;
    open(&site, &browser, "/methods/text-message/new").await;
    camera.take(&browser, "register-phone").await;
    browser.fill("#destination", "+49 151 23456789").await;
    browser.click("main button.primary").await;
    camera.take(&browser, "register-phone-code").await;
    let (_, text) = site.test.messenger.take_texts().remove(0);
    browser.fill("#code", &text[..6]).await;
    browser.click("main button.primary").await;
    arrives(&browser, "Security info").await;
    camera.take(&browser, "security-info-methods").await;

    browser.click(".who button").await;
    site.sign_in(&browser, ANNA).await;
    arrives(&browser, "Use your passkey").await;
    camera.take(&browser, "second-factor-passkey").await;
    site.test.clock.advance(std::time::Duration::from_secs(60));
    browser.click("a[href*='method=0']").await;
    camera.take(&browser, "second-factor-message").await;
    browser.click("main button.primary").await;
    let (_, text) = site.test.messenger.take_texts().remove(0);
    camera.take(&browser, "second-factor-message-sent").await;
    browser.fill("#code", &text[..6]).await;
    browser.click("[name=remember]").await;
    browser.click("main button.primary").await;
    arrives(&browser, "Security info").await;
    camera.take(&browser, "security-info-remembered").await;
    browser.click(".who button").await;
    site.sign_in(&browser, ANNA).await;
    arrives(&browser, "Security info").await;

    // It never stands for a step-up; an authenticator app does.
    open(&site, &browser, "/password").await;
    arrives(&browser, "Confirm that it is you").await;
    camera.take(&browser, "step-up-all").await;
    browser.fill("#step_up_code", &site.code(&person.key)).await;
    browser.click(".actions button").await;
    arrives(&browser, "Change password").await;
    open(&site, &browser, "/security-info").await;
    browser.click("form[action='/browsers/forget'] button").await;
    browser.click(".who button").await;
    site.sign_in(&browser, ANNA).await;
    arrives(&browser, "Use your passkey").await;
    browser.close().await;
}

/// Two passkeys on two authenticators: each has its name and says when it was used; one is renamed, one is deleted and opens
/// nothing any more; the last one stays while MFA is enforced.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_several_passkeys_are_named_used_and_deleted() {
    let site = Site::for_passkeys().await;
    site.test.account(ANNA, MfaState::Enforced).await;
    let browser = Browser::start(true).await;
    let laptop = browser.plug_in_authenticator().await;
    open(&site, &browser, "/sign-in").await;
    site.sign_in(&browser, ANNA).await;
    open(&site, &browser, "/methods/passkey/new").await;
    browser.fill("#label", "Work laptop").await;
    browser.click("[data-passkey]").await;
    arrives(&browser, "Keep your recovery codes").await;
    let first = browser.credentials(&laptop).await.remove(0);

    // The same authenticator is not registered a second time; another one is.
    open(&site, &browser, "/methods/passkey/new").await;
    browser.click("[data-passkey]").await;
    let said = browser.text("#passkey-said:not([hidden])").await;
    assert!(said.contains("already"), "{said}");
    browser.unplug(laptop).await;
    let key = browser.plug_in_authenticator().await;
    browser.fill("#label", "Key on the ring").await;
    browser.click("[data-passkey]").await;
    arrives(&browser, "Security info").await;
    let list = browser.text(".list").await;
    assert!(list.contains("Work laptop") && list.contains("Key on the ring"), "{list}");

    // The one that signs in has its last use written.
    let day = std::time::Duration::from_secs(86_400);
    site.test.clock.advance(day);
    open(&site, &browser, "/sign-in").await;
    browser.click("form[action='/sign-in/passkey'] button").await;
    arrives(&browser, "Security info").await;
    let lines = browser.text(".list").await;
    let used = |name: &str| {
        let after = lines.split(name).nth(1).expect("it is listed");
        after.split("last used ").nth(1).expect("it was used").split('\n').next().expect("a line").to_owned()
    };
    assert_eq!(
        (used("Key on the ring"), used("Work laptop")),
        ("just now".to_owned(), "1 day ago".to_owned())
    );

    // Renamed; and deleted, after which it opens nothing.
    let of_the_key = browser.text(".list li:nth-child(1) a.strong").await == "Key on the ring";
    let (key_line, laptop_line) = if of_the_key { (1, 2) } else { (2, 1) };
    browser.click(&format!(".list li:nth-child({key_line}) a.strong")).await;
    browser.fill("#label", "Spare key").await;
    browser.click("main button.primary").await;
    browser.click(&format!(".list li:nth-child({laptop_line}) .danger-quiet")).await;
    browser.click("button.danger").await;
    arrives(&browser, "Security info").await;
    let list = browser.text(".list").await;
    assert!(list.contains("Spare key") && !list.contains("Work laptop"), "{list}");
    browser.click(".list li:nth-child(1) .danger-quiet").await;
    browser.click("button.danger").await;
    let refused = browser.text(".message.bad").await;
    assert!(refused.contains("last"), "{refused}");
    browser.click(".who button").await;
    browser.unplug(key).await;
    let laptop = browser.plug_in_authenticator().await;
    browser.put_credential(&laptop, &first).await;
    browser.click("form[action='/sign-in/passkey'] button").await;
    let refused = browser.text(".message.bad:not([hidden])").await;
    assert!(refused.contains("does not open an account here"), "{refused}");
    browser.close().await;
}
