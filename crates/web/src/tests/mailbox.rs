//! The page of the mailbox: consents, the way back from a provider, mailbox passwords.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Method, StatusCode};
use postern_service::upstream::{
    ClientAuthentication, Delegation, Grant, Identity, IdentityClaim, Provider, TokenEndpoint,
};
use postern_testkit::{FakeProvider, TestService};

use super::client::{Client, Person, Shown, TestPortal};

const ANNA: &str = "anna@example.test";

async fn open() -> (TestPortal, Arc<FakeProvider>) {
    let fake = FakeProvider::new();
    let endpoint = Arc::clone(&fake) as Arc<dyn TokenEndpoint>;
    let test = TestService::open_for_owners(vec![provider()], endpoint, &["old dovecot"]).await;
    (TestPortal::over(test), fake)
}

/// A provider whose consents owners give.
pub(super) fn provider() -> Provider {
    let identity = Identity { claims: vec![IdentityClaim::PreferredUsername], required: true };
    Provider {
        name: "Exchange Online".to_owned(),
        client_id: "postern".to_owned(),
        authentication: ClientAuthentication::None,
        token_endpoint: "https://login.example.test/token".parse().unwrap(),
        scopes: vec!["mail".to_owned()],
        grant: Grant::Delegated(Delegation {
            authorization_endpoint: "https://login.example.test/authorize".parse().unwrap(),
            device_endpoint: Some("https://login.example.test/device".parse().unwrap()),
            userinfo_endpoint: None,
            issuer: Some("https://login.example.test".to_owned()),
            parameters: Vec::new(),
            identity,
        }),
    }
}

/// Asks to connect; gives the page with the link.
pub(super) async fn connect(client: &mut Client) -> Shown {
    let page = client.get("/consents").await;
    client.submit(&page, "/consents/connect", &[]).await
}

/// The link that the owner follows.
pub(super) fn link(page: &Shown) -> String {
    let link =
        page.body.split("href=\"").find(|part| part.starts_with("https://login.example.test")).unwrap();
    link.split('"').next().unwrap().replace("&#38;", "&")
}

/// Comes back from the provider, as a browser does: from another site, by GET.
pub(super) async fn come_back(client: &mut Client, state: &str, code: &str) -> Shown {
    let path = format!("/consents/callback?code={code}&state={state}&iss=https%3A%2F%2Flogin.example.test");
    let request = client.request(Method::GET, &path).header("sec-fetch-site", "cross-site");
    client.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_owner_connects_and_withdraws() {
    let (portal, provider) = open().await;
    let mut anna = portal.person(ANNA).await;
    insta::assert_snapshot!(anna.client.get("/consents").await.text(), @r"
    Mailbox
    How programs with your app passwords get to the mailbox of anna@example.test.
    Exchange Online
    Not connected
    You let your programs into the mailbox there. Your password there is never known here.
    Connect
    Mailbox passwords
    For mail servers that ask for the mailbox's own password. It is kept encrypted and never shown again.
    old dovecot
    not entered: programs are told to try again later
    Enter
    ");
    let page = connect(&mut anna.client).await;
    assert_eq!(page.status, StatusCode::OK);
    insta::assert_snapshot!(page.text(), @r"
    Mailbox
    Connect Exchange Online
    You go on to
    login.example.test
    . Sign in there as
    anna@example.test
    and allow the access; then you come back here.
    Look at the address before you type your password: it begins with https://login.example.test/. This page is good for 15 minutes.
    Continue to login.example.test
    Cancel
    ");
    let back = provider.consent(&link(&page), ANNA);
    let shown = come_back(&mut anna.client, &back.state, &back.code).await;
    assert_eq!(shown.location(), "/consents?done=mailbox-connected", "{}", shown.text());
    let page = anna.client.get("/consents?done=mailbox-connected").await;
    insta::assert_snapshot!(page.text(), @r"
    Mailbox
    How programs with your app passwords get to the mailbox of anna@example.test.
    The mailbox is connected. Programs with your app passwords get in from now on.
    Exchange Online
    Connected
    You let your programs into the mailbox there. Your password there is never known here.
    Mailbox
    anna@example.test
    Connected
    just now
    Valid until
    it is withdrawn
    Last refresh
    just now
    access until 22 Nov 2026, 15:16 UTC
    Last error
    None
    Reconnect
    Withdraw
    Mailbox passwords
    For mail servers that ask for the mailbox's own password. It is kept encrypted and never shown again.
    old dovecot
    not entered: programs are told to try again later
    Enter
    ");
    let shown = anna.client.submit(&page, "/consents/withdraw", &[]).await;
    assert_eq!(shown.location(), "/consents?done=mailbox-withdrawn");
    assert!(anna.client.get("/consents").await.text().contains("Not connected"));
}

#[tokio::test]
async fn connecting_asks_for_the_second_factor_again() {
    let (portal, _) = open().await;
    let Person { mut client, key, .. } = portal.person(ANNA).await;
    portal.test.clock.advance(Duration::from_secs(11 * 60));
    let question = connect(&mut client).await;
    assert!(question.text().starts_with("Confirm that it is you"), "{}", question.text());
    let code = portal.code(&key);
    let page = client.submit(&question, "/consents/connect", &[("step_up_code", &code)]).await;
    assert!(link(&page).contains("code_challenge="), "{}", page.text());
}

#[tokio::test]
async fn the_way_back_is_open_to_nobody_else() {
    let (portal, provider) = open().await;
    let mut anna = portal.person(ANNA).await;
    let mut mallory = portal.person("mallory@example.test").await;
    let page = connect(&mut mallory.client).await;
    let hers = provider.consent(&link(&page), "mallory@example.test");
    for (state, code) in [(hers.state.as_str(), hers.code.as_str()), ("", ""), ("x", "y")] {
        let shown = come_back(&mut anna.client, state, code).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shown.text().contains("This is the answer to no request of this session: begin again."));
    }
    assert_eq!(provider.count(), 0);
    // A stranger is sent to sign in, and nothing happens.
    assert_eq!(come_back(&mut portal.client(), &hers.state, &hers.code).await.status, StatusCode::SEE_OTHER);
    let shown = come_back(&mut mallory.client, &hers.state, &hers.code).await;
    assert_eq!(shown.location(), "/consents?done=mailbox-connected");
    let shown = come_back(&mut mallory.client, &hers.state, &hers.code).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "a second time");
}

#[tokio::test]
async fn another_mailbox_is_refused_with_its_name_and_words_of_the_provider_are_only_text() {
    let (portal, provider) = open().await;
    let mut anna = portal.person(ANNA).await;
    let page = connect(&mut anna.client).await;
    let back = provider.consent(&link(&page), "boss@example.test");
    let shown = come_back(&mut anna.client, &back.state, &back.code).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("boss@example.test answered"), "{}", shown.text());

    let page = connect(&mut anna.client).await;
    let back = provider.consent(&link(&page), ANNA);
    let path = format!(
        "/consents/callback?state={}&error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E",
        back.state
    );
    let shown = anna.client.get(&path).await;
    assert!(shown.body.contains("&#60;script&#62;") && !shown.body.contains("<script>alert"));
}

#[tokio::test]
async fn a_lapsed_consent_is_told_on_the_first_page() {
    let (portal, provider) = open().await;
    let mut anna = portal.person(ANNA).await;
    let page = connect(&mut anna.client).await;
    let back = provider.consent(&link(&page), ANNA);
    come_back(&mut anna.client, &back.state, &back.code).await;
    assert!(!anna.client.get("/security-info").await.text().contains("lapsed"));

    provider.end_all();
    let secret = portal.test.app_password(ANNA, "Contact form").await.secret.expose_grouped();
    let postern_service::door::DoorAnswer::Accepted(session) = portal.test.sign_in(ANNA, &secret).await
    else {
        panic!("accepted")
    };
    portal.test.service.upstream_token("Exchange Online", &session).await.unwrap_err();
    let shown = anna.client.get("/security-info").await.text();
    assert!(shown.contains("The connection to Exchange Online lapsed just now."), "{shown}");
    let page = anna.client.get("/consents").await.text();
    assert!(page.contains("Lapsed") && page.contains("invalid_grant: says the fake provider"), "{page}");
}

#[tokio::test]
async fn a_mailbox_password_is_entered_replaced_and_removed_and_never_shown() {
    let (portal, _) = open().await;
    let Person { mut client, key, .. } = portal.person(ANNA).await;
    portal.test.clock.advance(Duration::from_secs(11 * 60));
    let form = "/mailbox-password?upstream=old+dovecot";
    let question = client.get(form).await;
    let code = portal.code(&key);
    let shown = client.submit(&question, "/step-up", &[("step_up_code", &code)]).await;
    assert_eq!(shown.location(), form);
    let page = client.get(form).await;
    let shown = client.submit(&page, "/mailbox-password", &[("password", "needle")]).await;
    assert_eq!(shown.location(), "/consents?done=mailbox-password-set");
    for path in ["/consents", form] {
        let page = client.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("needle"), "{path}");
    }
    let page = client.get(form).await;
    let shown = client.submit(&page, "/mailbox-password", &[("password", "")]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = client.get("/consents").await;
    let shown = client.submit(&page, "/mailbox-password/remove", &[]).await;
    assert_eq!(shown.location(), "/consents?done=mailbox-password-removed");
    assert_eq!(client.get("/mailbox-password?upstream=nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn where_nothing_is_asked_of_owners_there_is_no_such_entry() {
    let portal = TestPortal::open().await;
    let mut anna = portal.person(ANNA).await;
    assert!(!anna.client.get("/security-info").await.body.contains("href=\"/consents\""));
    let (portal, _) = open().await;
    let mut anna = portal.person(ANNA).await;
    assert!(anna.client.get("/security-info").await.body.contains("href=\"/consents\""));
}
