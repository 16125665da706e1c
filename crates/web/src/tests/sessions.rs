//! Sessions end: by their owner, by time, by a changed password.

use std::time::Duration;

use http::StatusCode;
use postern_domain::mfa::MfaState;
use postern_testkit::ACCOUNT_PASSWORD;

use super::client::TestPortal;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn signing_out_ends_the_session_for_whoever_kept_the_cookie() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    let kept = person.client.cookies.clone();
    let page = person.client.get("/security-info").await;
    let shown = person.client.submit(&page, "/sign-out", &[]).await;
    assert_eq!(shown.location(), "/sign-in?done=signed-out");
    assert!(!person.client.cookies.contains_key("__Host-postern-session"));
    let mut thief = portal.client();
    thief.cookies = kept;
    assert!(thief.get("/security-info").await.location().starts_with("/sign-in?done=session-over"));
}

/// The form of sign-in is not shown to somebody who is in; it may have been open before.
#[tokio::test]
async fn signing_in_as_somebody_else_ends_the_session_before() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    portal.test.account("bo@example.test", MfaState::Enforced).await;
    let kept = person.client.cookies.clone();
    let page = person.client.get("/security-info").await;
    let token = page.hidden("/sign-out", "form_token");
    let form =
        |password| [("form_token", token.as_str()), ("username", "bo@example.test"), ("password", password)];
    assert_eq!(person.client.post("/sign-in", &form("not that one")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(person.client.get("/security-info").await.status, StatusCode::OK);
    let shown = person.client.post("/sign-in", &form(ACCOUNT_PASSWORD)).await;
    assert_eq!(shown.location(), "/methods/authenticator/new");
    let mut thief = portal.client();
    thief.cookies = kept;
    assert!(thief.get("/security-info").await.location().starts_with("/sign-in?done=session-over"));
}

#[tokio::test]
async fn an_idle_session_ends_after_an_hour() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    portal.test.clock.advance(59 * MINUTE);
    assert_eq!(person.client.get("/security-info").await.status, StatusCode::OK);
    portal.test.clock.advance(61 * MINUTE);
    let shown = person.client.get("/app-passwords/new").await;
    assert_eq!(shown.location(), "/sign-in?done=session-over&next=/app-passwords/new");
    let shown = person.client.get(shown.location()).await;
    assert!(
        shown.text().contains("Your session is over: sign in again. Nothing was changed."),
        "{}",
        shown.text()
    );
}

#[tokio::test]
async fn a_session_in_use_ends_after_a_day() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    for _ in 0..28 {
        portal.test.clock.advance(50 * MINUTE);
        assert_eq!(person.client.get("/security-info").await.status, StatusCode::OK);
    }
    portal.test.clock.advance(50 * MINUTE);
    assert_eq!(person.client.get("/security-info").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_administrators_idle_session_ends_after_a_quarter_of_an_hour() {
    let portal = TestPortal::open().await;
    portal.test.administrator("admin@example.test").await;
    let mut person = portal.enrolled("admin@example.test").await;
    portal.test.clock.advance(16 * MINUTE);
    assert_eq!(person.client.get("/security-info").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_changed_password_signs_every_other_browser_out() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    let new = "a quite different passphrase";
    let wrong = [("current", "no"), ("new", new), ("repeat", new)];
    let shown = person.client.open_and_submit("/password", &wrong).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(shown.text().contains("That is not your current password."), "{}", shown.text());
    let fields = [("current", ACCOUNT_PASSWORD), ("new", new), ("repeat", "a quite other passphrase")];
    let shown = person.client.submit(&shown, "/password", &fields).await;
    assert!(shown.text().contains("The two new passwords are not the same."), "{}", shown.text());
    let fields = [("current", ACCOUNT_PASSWORD), ("new", "short"), ("repeat", "short")];
    let shown = person.client.submit(&shown, "/password", &fields).await;
    assert!(
        shown.text().contains("The new password is too short: use at least 8 characters."),
        "{}",
        shown.text()
    );
    let fields = [("current", ACCOUNT_PASSWORD), ("new", new), ("repeat", new)];
    let kept = person.client.cookies.clone();
    let shown = person.client.submit(&shown, "/password", &fields).await;
    assert_eq!(shown.location(), "/security-info?done=password-changed", "{}", shown.text());
    // This browser goes on, under a new token.
    assert_eq!(person.client.get(shown.location()).await.status, StatusCode::OK);
    let mut old = portal.client();
    old.cookies = kept;
    assert_eq!(old.get("/security-info").await.status, StatusCode::SEE_OTHER);
    let mut client = portal.client();
    assert_eq!(client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await.status, StatusCode::FORBIDDEN);
    assert_eq!(client.sign_in("anna@example.test", new).await.location(), "/sign-in/code");
}
