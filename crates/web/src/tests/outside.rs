//! Signing in through an outside identity provider: buttons, the way there and back, links, step-up.

use postern_service::AuthorizationResponse;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Method, StatusCode};
use postern_domain::mfa::MfaState;
use postern_service::outside::{IdentityProvider, LinkIdentity, LinkRule};
use postern_testkit::{FakeIdentityProvider, OPERATOR, TestService, account_name};
use serde_json::{Value, json};

use super::client::{Client, Person, Shown, TestPortal};

pub(super) const ANNA: &str = "anna@example.test";
const BEGIN: &str = "/sign-in/outside";

pub(super) async fn open(
    change: impl FnOnce(&mut IdentityProvider),
) -> (TestPortal, Arc<FakeIdentityProvider>) {
    let provider = FakeIdentityProvider::new("https://login.example.test/realms/staff");
    let mut registration = provider.registration("Staff");
    change(&mut registration);
    let endpoint = Arc::clone(&provider) as Arc<dyn postern_service::upstream::TokenEndpoint>;
    let test = TestService::open_with_identity_providers(vec![registration], endpoint).await;
    (TestPortal::over(test), provider)
}

pub(super) async fn linked(portal: &TestPortal) {
    portal.test.account(ANNA, MfaState::Enforced).await;
    let subject = "anna".parse().unwrap();
    let link = LinkIdentity { account: account_name(ANNA), provider: "Staff".to_owned(), subject };
    portal.test.service.link_outside_identity(OPERATOR, link).await.unwrap();
}

/// Where the page leads, by itself and by its link.
pub(super) fn onward(page: &Shown) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let unescape = |text: &str| text.split('"').next().unwrap().replace("&#38;", "&");
    let by_itself = unescape(page.body.split("http-equiv=\"refresh\" content=\"0;url=").nth(1).unwrap());
    let by_link =
        unescape(page.body.split("href=\"").find(|part| part.starts_with("https://login")).unwrap());
    assert_eq!(by_itself, by_link);
    by_link
}

/// Comes back from the provider, as a browser does: from another site, by GET.
async fn come_back(client: &mut Client, answer: &AuthorizationResponse) -> Shown {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", &answer.state);
    for (name, value) in [
        ("code", &answer.code),
        ("error", &answer.error),
        ("error_description", &answer.error_description),
        ("iss", &answer.issuer),
    ] {
        query.extend_pairs(value.as_ref().map(|value| (name, value)));
    }
    let path = format!("/sign-in/outside/callback?{}", query.finish());
    let request = client.request(Method::GET, &path).header("sec-fetch-site", "cross-site");
    client.send(request.body(Body::empty()).unwrap()).await
}

pub(super) fn with_mfa(portal: &TestPortal, subject: &str) -> Value {
    let now = portal.test.service.clock().now().as_seconds();
    json!({ "sub": subject, "email": ANNA, "email_verified": true, "amr": ["mfa"], "auth_time": now })
}

/// The whole way from the sign-in page.
pub(super) async fn sign_in(
    client: &mut Client,
    provider: &FakeIdentityProvider,
    page: &str,
    claims: &Value,
) -> Shown {
    let page = client.get(page).await;
    let page = client.submit(&page, BEGIN, &[]).await;
    come_back(client, &provider.sign_in(&onward(&page), claims)).await
}

#[tokio::test]
async fn a_button_leads_there_and_back_to_where_somebody_was_going() {
    let (portal, provider) = open(|_| {}).await;
    linked(&portal).await;
    let mut client = portal.client();
    let page = client.get("/sign-in?next=/sessions").await;
    assert!(page.text().ends_with("or\nSign in with Staff Login"), "{}", page.text());
    let page = client.submit(&page, BEGIN, &[]).await;
    insta::assert_snapshot!(page.text(), @r"
    On to Staff Login
    You go on to
    login.example.test
    . Sign in there; then you come back here.
    Look at the address before you type a password: it begins with https://login.example.test/. You have 15 minutes.
    Continue to login.example.test
    Cancel
    ");
    let answer = provider.sign_in(&onward(&page), &with_mfa(&portal, "anna"));
    let shown = come_back(&mut client, &answer).await;
    assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/sessions"));
    assert_eq!(client.get("/sessions").await.status, StatusCode::OK);
    let again = come_back(&mut client, &answer).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a second time");
    insta::assert_snapshot!(again.text(), @r"
    This sign-in cannot be finished
    This is the answer to no sign-in that was begun in this browser: begin again.
    Nobody did anything wrong: the page may be old, or was opened a second time.
    Begin again on the sign-in page. Cookies must be allowed for this site.
    Back to sign-in
    ");
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let (portal, provider) = open(|_| {}).await;
    linked(&portal).await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let mut client = portal.client();
        let page = client.get("/sign-in").await;
        let page = client.submit(&page, BEGIN, &[("next", next)]).await;
        let answer = provider.sign_in(&onward(&page), &with_mfa(&portal, "anna"));
        assert_eq!(come_back(&mut client, &answer).await.location(), "/security-info", "{next}");
    }
}

#[tokio::test]
async fn an_answer_belongs_to_the_browser_that_began() {
    let (portal, provider) = open(|_| {}).await;
    linked(&portal).await;
    let mut anna = portal.client();
    let page = anna.get("/sign-in").await;
    let page = anna.submit(&page, BEGIN, &[]).await;
    let answer = provider.sign_in(&onward(&page), &with_mfa(&portal, "anna"));
    let mut mallory = portal.client();
    mallory.get("/sign-in").await;
    for client in [&mut mallory, &mut portal.client()] {
        let shown = come_back(client, &answer).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!client.cookies.contains_key("__Host-postern-session"));
    }
    assert_eq!(come_back(&mut anna, &answer).await.location(), "/security-info");
    // A form of another site begins nothing.
    let request = anna.request(Method::POST, BEGIN).header("sec-fetch-site", "cross-site");
    let shown = anna.send(request.body(Body::from("provider=Staff")).unwrap()).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn without_a_second_factor_there_ours_is_asked_for() {
    let (portal, provider) = open(|_| {}).await;
    linked(&portal).await;
    let claims = json!({ "sub": "anna" });
    let shown = sign_in(&mut portal.client(), &provider, "/sign-in", &claims).await;
    assert_eq!(shown.location(), "/methods/authenticator/new");
    let Person { key, .. } = portal.enrolled(ANNA).await;
    let mut client = portal.client();
    provider.at(portal.test.service.clock().now());
    let shown = sign_in(&mut client, &provider, "/sign-in?next=/sessions", &claims).await;
    assert_eq!(shown.location(), "/sign-in/code?next=/sessions");
    let page = client.get("/sign-in/code?next=/sessions").await;
    let shown = client.submit(&page, "/sign-in/code", &[("code", &portal.code(&key))]).await;
    assert_eq!(shown.location(), "/sessions");
}

#[tokio::test]
async fn every_refusal_says_whose_fault_it_is() {
    let (portal, provider) = open(|_| {}).await;
    let mut client = portal.client();
    let shown = sign_in(&mut client, &provider, "/sign-in", &with_mfa(&portal, "anna")).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    let text = shown.text();
    let reference = text.split("(ref ").nth(1).unwrap().split(')').next().unwrap().to_owned();
    insta::assert_snapshot!(text.replace(&reference, "REFERENCE"), @r"
Your account is not linked yet
No account here is linked to anna@example.test at Staff Login (ref REFERENCE)
The identity provider knows you, and this portal does not know which account is yours.
Sign in once with your account password and link the two; from then on this button is enough. Without a password, ask your administrator, with the reference above.
Sign in and link
Back to sign-in
");
    assert!(shown.body.contains("href=\"/sign-in?next=/outside-identities/link\""));

    let page = client.get("/sign-in").await;
    let page = client.submit(&page, BEGIN, &[]).await;
    let answer = provider.sign_in(&onward(&page), &json!({ "sub": "anna" }));
    let denied = AuthorizationResponse {
        code: None,
        error: Some("access_denied".to_owned()),
        error_description: Some("<script>alert(1)</script>".to_owned()),
        ..answer
    };
    let shown = come_back(&mut client, &denied).await;
    assert!(shown.body.contains("&#60;script&#62;") && !shown.body.contains("<script>alert"));
    insta::assert_snapshot!(shown.text(), @r"
        Staff Login did not sign you in
        Staff Login says: access_denied: <script>alert(1)</script>.
        These are the words of the identity provider, not ours.
        Begin again, or ask whoever runs it.
        Back to sign-in
        ");

    provider.tamper(|_, claims| claims["aud"] = "another".into());
    let shown = sign_in(&mut client, &provider, "/sign-in", &json!({ "sub": "anna" })).await;
    assert_eq!(shown.status, StatusCode::BAD_GATEWAY);
    assert!(shown.text().contains("its identity token is for another client"), "{}", shown.text());

    let (portal, provider) = open(|_| {}).await;
    provider.publish("/.well-known/openid-configuration", Ok((503, String::new())));
    let mut client = portal.client();
    let page = client.get("/sign-in").await;
    let shown = client.submit(&page, BEGIN, &[]).await;
    assert_eq!(shown.status, StatusCode::BAD_GATEWAY);
    insta::assert_snapshot!(shown.text(), @r"
    Staff Login does not work right now
    Staff Login cannot be used now: its discovery document cannot be fetched: HTTP status 503.
    This is not your fault: the identity provider, or what we know of it, is at fault.
    Sign in with your account password, or try again in a minute. If it stays like this, tell your administrator what stands above.
    Back to sign-in
    ");
}

#[tokio::test]
async fn the_owner_links_and_unlinks_on_security_info() {
    let (portal, provider) = open(|_| {}).await;
    let Person { mut client, key, .. } = portal.person(ANNA).await;
    let page = client.get("/security-info").await;
    assert!(page.text().contains("Your account is linked to nobody elsewhere."), "{}", page.text());
    portal.test.clock.advance(Duration::from_secs(11 * 60));
    provider.at(portal.test.service.clock().now());
    let page = client.get("/outside-identities/link").await;
    let question = client.submit(&page, "/outside-identities/link", &[]).await;
    assert!(question.text().starts_with("Confirm that it is you"), "{}", question.text());
    let code = portal.code(&key);
    let page = client.submit(&question, "/outside-identities/link", &[("step_up_code", &code)]).await;
    let answer = provider.sign_in(&onward(&page), &json!({ "sub": "anna", "email": "anna@home.example" }));
    let shown = come_back(&mut client, &answer).await;
    assert_eq!(shown.location(), "/security-info?done=identity-linked");
    let page = client.get(shown.location()).await;
    assert!(page.text().contains("anna@home.example"), "{}", page.text());

    let mut elsewhere = portal.client();
    let shown = sign_in(&mut elsewhere, &provider, "/sign-in", &with_mfa(&portal, "anna")).await;
    assert_eq!(shown.location(), "/security-info");

    let path = page.body.split("href=\"").find(|part| part.starts_with("/outside-identities/0")).unwrap();
    let path = path.split('"').next().unwrap().to_owned();
    let mut mallory = portal.person("mallory@example.test").await;
    assert_eq!(mallory.client.get(&path).await.status, StatusCode::NOT_FOUND);
    let question = client.get(&path).await;
    let shown = client.submit(&question, &path, &[]).await;
    assert_eq!(shown.location(), "/security-info?done=identity-unlinked");
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    let shown = sign_in(&mut portal.client(), &provider, "/sign-in", &with_mfa(&portal, "anna")).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_has_no_other_factor_confirms_at_the_provider() {
    let welcoming = |provider: &mut IdentityProvider| {
        (provider.link, provider.create) = (LinkRule::ByVerifiedEmail, true);
    };
    let (portal, provider) = open(welcoming).await;
    let mut client = portal.client();
    let shown = sign_in(&mut client, &provider, "/sign-in", &with_mfa(&portal, "anna")).await;
    assert_eq!(shown.location(), "/security-info");
    let page = client.get("/security-info").await;
    assert!(!page.text().contains("Your account has no second factor"), "{}", page.text());
    portal.test.clock.advance(Duration::from_secs(11 * 60));
    provider.at(portal.test.service.clock().now());
    let question = client.get("/mailbox-password?upstream=nothing").await;
    assert_eq!(question.status, StatusCode::NOT_FOUND);
    for path in ["/methods/authenticator/new", "/methods/passkey/new"] {
        let question = client.get(path).await;
        assert!(question.text().starts_with("Confirm that it is you"), "{path}: {}", question.text());
        assert!(question.body.contains(&format!("value=\"{path}\"")), "{path}: {}", question.body);
    }
    let page = client.get("/outside-identities/link").await;
    let question = client.submit(&page, "/outside-identities/link", &[]).await;
    insta::assert_snapshot!(question.text(), @r"
    Confirm that it is you
    Your second factor is that of the place you sign in at. Answer there once more.
    Confirm at Staff Login
    Cancel
    ");
    let page = client.submit(&question, "/step-up/outside", &[]).await;
    assert!(onward(&page).contains("prompt=login&max_age=1"));
    let stale = json!({ "sub": "anna", "amr": ["mfa"], "auth_time": 1_795_000_000 });
    let shown = come_back(&mut client, &provider.sign_in(&onward(&page), &stale)).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().starts_with("That did not confirm that it is you"), "{}", shown.text());
    let page = client.submit(&question, "/step-up/outside", &[]).await;
    let answer = provider.sign_in(&onward(&page), &with_mfa(&portal, "anna"));
    assert_eq!(come_back(&mut client, &answer).await.location(), "/outside-identities/link");
    let page = client.get("/outside-identities/link").await;
    let page = client.submit(&page, "/outside-identities/link", &[]).await;
    assert!(!onward(&page).contains("prompt=login"), "it is fresh, so that the link is begun");
}

#[tokio::test]
async fn without_providers_there_is_no_button_and_no_page() {
    let portal = TestPortal::open().await;
    assert!(!portal.client().get("/sign-in").await.body.contains(BEGIN));
    let mut anna = portal.person(ANNA).await;
    assert!(!anna.client.get("/security-info").await.body.contains("/outside-identities"));
    assert_eq!(anna.client.get("/outside-identities/link").await.status, StatusCode::NOT_FOUND);
}
