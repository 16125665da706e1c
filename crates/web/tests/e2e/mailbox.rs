//! How an owner connects a mailbox, in a real browser and in pictures.

use std::sync::Arc;

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_service::upstream::{
    ClientAuthentication, Delegation, Grant, Identity, IdentityClaim, Provider, TokenEndpoint,
};
use postern_testkit::{Browser, FakeProvider};

use crate::pictures::Camera;
use crate::site::Site;

const ANNA: &str = "anna.lindqvist@example.test";

pub(crate) fn provider() -> Provider {
    let url = |text: &str| text.parse().expect("the test can be set up");
    Provider {
        name: "Exchange Online".to_owned(),
        client_id: "postern".to_owned(),
        authentication: ClientAuthentication::None,
        token_endpoint: url("https://login.example.test/token"),
        scopes: vec!["mail".to_owned()],
        grant: Grant::Delegated(Delegation {
            authorization_endpoint: url("https://login.example.test/authorize"),
            device_endpoint: None,
            userinfo_endpoint: None,
            issuer: None,
            parameters: Vec::new(),
            identity: Identity { claims: vec![IdentityClaim::PreferredUsername], required: true },
        }),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e2e_a_mailbox_is_connected_and_its_pages_fit_a_phone() {
    let (camera, fake) = (Camera::new(), FakeProvider::new());
    let site = Site::for_owners(provider(), Arc::clone(&fake) as Arc<dyn TokenEndpoint>).await;
    let browser = Browser::start(true).await;
    let open = async |path: &str| browser.open(&format!("{}{path}", site.origin)).await;
    site.test.add(ANNA, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    open("/sign-in").await;
    site.sign_in(&browser, ANNA).await;
    site.enrol(&browser).await;

    open("/consents").await;
    camera.take(&browser, "mailbox").await;
    open("/mailbox-password?upstream=old%20dovecot").await;
    camera.take(&browser, "mailbox-password").await;
    open("/consents").await;
    browser.click("form[action='/consents/connect'] button").await;
    let link = browser.attribute("main a[href^='https://login.example.test']", "href").await;
    camera.take(&browser, "mailbox-connect").await;
    let back = fake.consent(&link, ANNA);
    open(&format!("/consents/callback?code={}&state={}", back.code, back.state)).await;
    assert!(browser.text("main").await.contains("The mailbox is connected."));
    camera.take(&browser, "mailbox-connected").await;
    browser.close().await;
}
