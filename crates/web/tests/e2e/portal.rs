//! The portal in a real browser, over the real TLS listener.

use std::time::Duration;

use crate::site::{Person, Site};
use postern_domain::mfa::MfaState;
use postern_service::door::DoorAnswer;
use postern_testkit::{ACCOUNT_PASSWORD, Browser};

const ANNA: &str = "anna@example.test";

/// The whole of what an owner does, from the first sign-in to the last. Without JavaScript there is no copy button, and
/// everything else is the same.
async fn whole_story(javascript: bool) {
    let site = Site::open().await;
    site.test.account(ANNA, MfaState::Enforced).await;
    let browser = Browser::start(javascript).await;
    browser.permit_clipboard(&site.origin).await;

    // First sign-in: a method must be registered, recovery codes are shown.
    browser.open(&format!("{}/security-info", site.origin)).await;
    site.sign_in(&browser, ANNA).await;
    let person = site.enrol(&browser).await;
    assert_eq!(person.codes.len(), 10);
    browser.click("main > .actions a").await;
    assert_eq!(browser.text("h1").await, "Security info");

    // Create an app password.
    browser.click(".head a.button").await;
    browser.click("a.choice[href='/app-passwords/new']").await;
    browser.fill("#name", "Contact form").await;
    browser.click("input[value='web-site']").await;
    browser.click("main button.primary").await;
    let shown = browser.text(".groups").await.replace(char::is_whitespace, "");
    assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [4; 6], "{shown}");
    assert_eq!(browser.sees("button.copy").await, javascript);
    if javascript {
        browser.click("button.copy").await;
        assert_eq!(browser.text("button.copy.done").await, "Copied");
        let copied = browser.run("return navigator.clipboard.readText()").await;
        assert_eq!(copied.as_str(), Some(shown.replace('-', "").as_str()));
    }
    let answer = site.test.sign_in(ANNA, &shown).await;
    assert!(matches!(answer, DoorAnswer::Accepted(_)), "{answer:?}");
    browser.click("main > .actions a.primary").await;
    assert_eq!(browser.text("td a.strong").await, "Contact form");
    assert!(!browser.text("body").await.contains(&shown));

    change_and_suspend(&site, &browser, &shown).await;
    browser.open(&format!("{}/security-info", site.origin)).await;
    revoke_and_look_up(&site, &browser, &shown).await;
    sign_in_again(&site, &browser, &person).await;
    browser.close().await;
}

/// Narrowed so that its program is refused; the refusal's button and two clicks let it in again. Then suspended, resumed.
async fn change_and_suspend(site: &Site, browser: &Browser, secret: &str) {
    browser.click("td a.strong").await;
    browser.click(".head a[href$='/edit']").await;
    browser.fill("#note", "On the web server").await;
    browser.fill("#networks", "198.51.100.0/24").await;
    browser.click("main button.primary").await;
    assert!(browser.text(".note").await.contains("On the web server"));
    let DoorAnswer::Refused(refusal) = site.test.sign_in(ANNA, secret).await else {
        panic!("it was accepted from another network");
    };
    browser.open(&format!("{}/refusals?reference={}", site.origin, refusal.reference)).await;
    browser.click(".next a.primary").await;
    assert_eq!(browser.text("#networks").await, "198.51.100.0/24\n192.0.2.7");
    browser.click("main button.primary").await;
    assert!(matches!(site.test.sign_in(ANNA, secret).await, DoorAnswer::Accepted(_)));
    browser.click(".head form[action$='/suspend'] button").await;
    assert!(matches!(site.test.sign_in(ANNA, secret).await, DoorAnswer::Refused(_)));
    browser.click(".head form[action$='/resume'] button").await;
    assert!(matches!(site.test.sign_in(ANNA, secret).await, DoorAnswer::Accepted(_)));
}

async fn revoke_and_look_up(site: &Site, browser: &Browser, secret: &str) {
    browser.click("td .danger-quiet").await;
    browser.fill("#reason", "The form has moved").await;
    browser.click("button.danger").await;
    assert!(browser.text(".message.good").await.starts_with("The app password is revoked."));
    let DoorAnswer::Refused(refusal) = site.test.sign_in(ANNA, secret).await else {
        panic!("a revoked app password was accepted");
    };
    browser.click("nav a[href='/refusals']").await;
    browser.fill("#reference", &refusal.reference.to_string()).await;
    browser.click(".lookup button").await;
    assert!(browser.text(".answer").await.contains("Contact form"));
}

/// With a recovery code, as if the phone were lost; and after that with the app.
async fn sign_in_again(site: &Site, browser: &Browser, person: &Person) {
    browser.click(".who button").await;
    assert_eq!(browser.text(".message.good").await, "You are signed out.");
    site.sign_in(browser, ANNA).await;
    browser.click("p.aside a").await;
    browser.fill("#code", &person.codes[0]).await;
    browser.click("main button.primary").await;
    assert!(browser.text("main.full").await.contains("9 of 10 left"));
    browser.click(".who button").await;
    site.sign_in(browser, ANNA).await;
    browser.fill("#code", &site.code(&person.key)).await;
    browser.click("main button.primary").await;
    assert!(browser.text("main.full").await.starts_with("Security info"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_an_owner_creates_uses_and_revokes_an_app_password() {
    whole_story(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_the_same_without_javascript() {
    whole_story(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_an_app_password_does_not_open_the_portal() {
    let site = Site::open().await;
    site.test.account(ANNA, MfaState::Disabled).await;
    let secret = site.test.app_password(ANNA, "Contact form").await.secret;
    let browser = Browser::start(true).await;
    browser.open(&format!("{}/sign-in", site.origin)).await;
    browser.fill("#username", ANNA).await;
    browser.fill("#password", secret.expose_canonical()).await;
    browser.click("main button.primary").await;
    assert!(browser.text(".message.bad").await.contains("App passwords are for programs"));
    assert_eq!(browser.attribute("#username", "value").await, ANNA);
    browser.fill("#password", ACCOUNT_PASSWORD).await;
    browser.click("main button.primary").await;
    assert!(browser.text("main.full").await.starts_with("Security info"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_plain_http_is_answered_by_closing() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let site = Site::open().await;
    let mut stream =
        tokio::net::TcpStream::connect(("127.0.0.1", site.port)).await.expect("the test can be set up");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("the test can be set up");
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await;
    // A reset is a closed connection too; only silence is not.
    let _ = read.expect("the connection was not closed");
    assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
}
