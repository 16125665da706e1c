//! What ends with an outside identity: sessions by the provider's word, links by an administrator's, and signing out there.

use axum::body::Body;
use http::{Method, StatusCode};
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_service::outside::{IdentityProvider, LinkRule};
use postern_testkit::{FakeIdentityProvider, OPERATOR, account_name};
use serde_json::{Value, json};

use super::client::{Client, Person, Shown, TestPortal};
use super::outside::{ANNA, linked, open, sign_in, with_mfa};

const LOGOUT: &str = "/api/oidc/back-channel-logout";

async fn tell(portal: &TestPortal, body: String) -> Shown {
    let mut client = portal.client();
    let request = client.request(Method::POST, LOGOUT);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    client.send(request.body(Body::from(body)).unwrap()).await
}

async fn is_in(client: &mut Client) -> bool {
    client.get("/sessions").await.status == StatusCode::OK
}

async fn inside(portal: &TestPortal, provider: &FakeIdentityProvider) -> Client {
    let mut client = portal.client();
    let shown = sign_in(&mut client, provider, "/sign-in", &with_mfa(portal, "anna")).await;
    assert_eq!(shown.location(), "/security-info");
    client
}

async fn in_the_role(portal: &TestPortal, role: Role) -> Person {
    let name = format!("{}@example.test", role.name());
    portal.test.add(&name, MfaState::Enforced, role, AccountKind::Person).await;
    portal.enrolled(&name).await
}

#[tokio::test]
async fn the_provider_ends_sessions_and_is_told_what_was_wrong() {
    let (portal, provider) = open(|_| {}).await;
    linked(&portal).await;
    let mut client = inside(&portal, &provider).await;
    let mut told = String::new();
    let token = provider.logout_token(&json!({ "sub": "anna" }));
    let other_client = provider.logout_token(&json!({ "sub": "anna", "aud": "another" }));
    for (about, body) in [
        ("nothing", String::new()),
        ("another parameter", format!("id_token={token}")),
        ("two tokens", format!("logout_token={token}&logout_token={token}")),
        ("no token", "logout_token=".to_owned()),
        ("of another client", format!("logout_token={other_client}")),
        ("too long", format!("logout_token={}", "x".repeat(17 * 1024))),
    ] {
        let shown = tell(&portal, body).await;
        let body: Value = serde_json::from_str(&shown.body).unwrap();
        told.push_str(&format!(
            "{about}: {} {}\n",
            shown.status.as_u16(),
            body["error_description"].as_str().unwrap()
        ));
        assert_eq!(body["error"], "invalid_request");
    }
    insta::assert_snapshot!(told, @r"
    nothing: 400 Send one logout_token.
    another parameter: 400 Send one logout_token.
    two tokens: 400 Send one logout_token.
    no token: 400 The logout token does not hold: it has no meaning.
    of another client: 400 The logout token does not hold: it is for another client.
    too long: 400 The logout token does not hold: it has no meaning.
    ");
    assert!(is_in(&mut client).await);

    let shown = tell(&portal, format!("logout_token={token}")).await;
    assert_eq!((shown.status, shown.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(!is_in(&mut client).await);
    let shown = tell(&portal, format!("logout_token={token}")).await;
    assert_eq!(shown.status, StatusCode::BAD_REQUEST, "a second time");
    // JSON, or a body beyond every bound, is no form.
    let mut other = portal.client();
    let request = other.request(Method::POST, LOGOUT).header("content-type", "application/json");
    let shown = other.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(shown.status, StatusCode::BAD_REQUEST, "{}", shown.body);
    let shown = tell(&portal, format!("logout_token={}", "x".repeat(1 << 20))).await;
    assert!(shown.status.is_client_error(), "{}", shown.status);
}

#[tokio::test]
async fn signing_out_leads_there_and_back_in_this_browser_only() {
    let (portal, provider) = open(|provider| provider.sign_out_there = true).await;
    linked(&portal).await;
    let mut client = inside(&portal, &provider).await;
    let page = client.get("/security-info").await;
    let shown = client.submit(&page, "/sign-out", &[]).await;
    insta::assert_snapshot!(shown.text(), @r"
    You are signed out here
    You got in through Staff Login, where this browser is still signed in. You go on to
    login.example.test
    to sign out there too.
    Sign out at login.example.test
    Stay signed in there
    ");
    assert!(!is_in(&mut client).await);
    let there = shown.body.split("http-equiv=\"refresh\" content=\"0;url=").nth(1).unwrap();
    let there = there.split('"').next().unwrap().replace("&#38;", "&");
    assert!(
        there.starts_with("https://login.example.test/realms/staff/logout?client_id=postern&"),
        "{there}"
    );
    let state = there.split("&state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let back = format!("/sign-in/outside/signed-out?state={state}");
    insta::assert_snapshot!(client.get(&back).await.text(), @r"
    You are signed out
    Here, and where you came from: your identity provider led you back to this page.
    To sign-in
    ");
    for (client, path) in
        [(&mut portal.client(), back.as_str()), (&mut client, "/sign-in/outside/signed-out?state=another")]
    {
        let shown = client.get(path).await;
        assert!(shown.text().starts_with("Nothing to sign out"), "{}", shown.text());
    }
    // Off, as it is without a word in the configuration.
    let (portal, provider) = open(|_| {}).await;
    linked(&portal).await;
    let mut client = inside(&portal, &provider).await;
    let page = client.get("/security-info").await;
    let shown = client.submit(&page, "/sign-out", &[]).await;
    assert_eq!(shown.location(), "/sign-in?done=signed-out");
}

#[tokio::test]
async fn an_administrator_sees_who_somebody_is_elsewhere_and_unlinks() {
    let welcoming = |provider: &mut IdentityProvider| {
        (provider.link, provider.create) = (LinkRule::ByVerifiedEmail, true);
    };
    let (portal, provider) = open(welcoming).await;
    let mut anna = inside(&portal, &provider).await;
    let service = &portal.test.service;
    let found = service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap().account;
    let page = format!("/admin/accounts/{}", found.id);
    let Person { client: mut root, key: root_key, .. } =
        in_the_role(&portal, Role::AuthenticationAdministrator).await;
    let Person { client: mut auditor, .. } = in_the_role(&portal, Role::Auditor).await;
    let shown = root.get(&page).await;
    let card = shown.text();
    let card = card.split("Sign-in through others").nth(1).unwrap().split("App passwords").next().unwrap();
    insta::assert_snapshot!(card, @r"
    Who its owner is at identity providers, and what opens the account for them.
    Who
    Provider
    Linked
    Last used
    Actions
    anna@example.test
    subject
    anna
    Staff Login
    https://login.example.test/realms/staff
    1 minute ago
    by system
    1 minute ago
    Unlink
    ");
    let unlink = shown.body.split("href=\"").find(|part| part.contains("/outside-identities/")).unwrap();
    let unlink = unlink.split('"').next().unwrap().to_owned();
    assert!(!auditor.get(&page).await.body.contains("/outside-identities/"), "she sees it and may not");
    assert!(auditor.get(&page).await.text().contains("subject"));
    assert_eq!(auditor.get(&unlink).await.status, StatusCode::FORBIDDEN);

    let shown = root.open_and_submit(&unlink, &[]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        shown.text().contains("It is the only way into the account, which has neither a password nor a passkey: reset its password or link another first, or block the account"),
        "{}", shown.text()
    );
    assert!(is_in(&mut anna).await);
    let password = postern_domain::account::password::AccountPassword::typed("violet kettle harbour 27");
    service.set_account_password(OPERATOR, &account_name(ANNA), password, false).await.unwrap();
    let mut anna = inside(&portal, &provider).await;
    portal.test.clock.advance(std::time::Duration::from_secs(11 * 60));
    let question = root.open_and_submit(&unlink, &[]).await;
    assert!(question.text().starts_with("Confirm that it is you"), "{}", question.text());
    assert!(is_in(&mut anna).await, "nothing is done before it is confirmed");
    let code = portal.code(&root_key);
    let shown = root.submit(&question, &unlink, &[("step_up_code", &code)]).await;
    assert_eq!(shown.location(), format!("{page}?done=unlinked"));
    assert!(!is_in(&mut anna).await, "her session began by the link");
    assert!(!root.get(&page).await.body.contains("/outside-identities/"));
    assert_eq!(root.get(&unlink).await.status, StatusCode::NOT_FOUND);
}
