//! The pages of sign-in through an outside identity provider, in a real browser and in pictures.

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_service::outside::LinkIdentity;
use postern_testkit::{Browser, FakeIdentityProvider, OPERATOR, account_name};

use crate::pictures::{ANNA, Camera};
use crate::site::Site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_the_pages_of_an_identity_provider_fit_a_phone() {
    let provider = FakeIdentityProvider::new("https://login.example.test/realms/staff");
    let (camera, site) = (Camera::new(), Site::with_identity_provider(provider).await);
    let browser = Browser::start(true).await;
    let open = async |path: &str| browser.open(&format!("{}{path}", site.origin)).await;
    site.test.add(ANNA, MfaState::Disabled, Role::Member, AccountKind::Person).await;

    open("/sign-in").await;
    camera.take(&browser, "outside-sign-in").await;
    open("/sign-in/outside/callback?state=stale&code=stale").await;
    assert_eq!(browser.text("h1").await, "This sign-in cannot be finished");
    camera.take(&browser, "outside-refused").await;

    let subject = "248289761001".parse().expect("a subject");
    let link = LinkIdentity { account: account_name(ANNA), provider: "Staff".to_owned(), subject };
    site.test.service.link_outside_identity(OPERATOR, link).await.expect("the test can be set up");
    open("/sign-in").await;
    site.sign_in(&browser, ANNA).await;
    camera.take(&browser, "outside-security-info").await;
    let unlink = browser.attribute("a[href^='/outside-identities/0']", "href").await;
    open(&unlink).await;
    camera.take(&browser, "outside-unlink").await;
    open("/outside-identities/link").await;
    camera.take(&browser, "outside-link").await;
    browser.click("form[action='/outside-identities/link'] button").await;
    assert!(browser.sees("form[action='/step-up/outside']").await);
    camera.take(&browser, "outside-step-up").await;
    browser.close().await;
}
