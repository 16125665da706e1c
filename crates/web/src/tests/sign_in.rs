//! Signing in: both factors, no way around them, and nothing to be learned from a refusal.

use http::StatusCode;
use postern_domain::mfa::MfaState;
use postern_testkit::ACCOUNT_PASSWORD;

use super::client::TestPortal;

#[tokio::test]
async fn first_sign_in_registers_a_method_and_shows_recovery_codes_once() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    assert_eq!(person.codes.len(), 10);
    let shown = person.client.get("/security-info").await;
    assert!(shown.text().contains("10 of 10 left"), "{}", shown.text());
    assert!(person.codes.iter().all(|code| !shown.body.contains(code)));
}

#[tokio::test]
async fn both_factors_let_in_and_lead_to_what_was_asked() {
    let portal = TestPortal::open().await;
    let person = portal.person("anna@example.test").await;
    let mut client = portal.client();
    let asked = client.get("/refusals?reference=7Q3K-M2XA").await;
    assert_eq!(asked.location(), "/sign-in?next=/refusals%3Freference%3D7Q3K-M2XA");
    let page = client.get(asked.location()).await;
    let name = [("username", "Anna@Example.test"), ("password", ACCOUNT_PASSWORD)];
    let half = client.submit(&page, "/sign-in", &name).await;
    assert_eq!(half.location(), "/sign-in/code?next=/refusals%3Freference%3D7Q3K-M2XA");
    let before = client.cookies.clone();
    let page = client.get(half.location()).await;
    let code = portal.code(&person.key);
    let shown = client.submit(&page, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, "/refusals?reference=7Q3K-M2XA"));
    assert_ne!(before, client.cookies, "the token was not rotated");
}

#[tokio::test]
async fn a_wrong_code_stays_at_the_door_and_says_so() {
    let portal = TestPortal::open().await;
    let person = portal.person("anna@example.test").await;
    let mut client = portal.client();
    client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    let used = portal.code(&person.key);
    let shown = client.open_and_submit("/sign-in/code", &[("code", "000000")]).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(
        shown.text().contains("That code is not right: use the newest one, each works once."),
        "{}",
        shown.text()
    );
    let shown = client.submit(&shown, "/sign-in/code", &[("code", &used)]).await;
    assert_eq!(shown.location(), "/security-info");
    // The same code again, in another browser.
    let mut other = portal.client();
    other.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    let shown = other.open_and_submit("/sign-in/code", &[("code", &used)]).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let portal = TestPortal::open().await;
    let person = portal.person("anna@example.test").await;
    for (times, status) in [(1, StatusCode::SEE_OTHER), (2, StatusCode::FORBIDDEN)] {
        let mut client = portal.client();
        client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
        let typed = person.codes[0].to_uppercase();
        let shown = client.open_and_submit("/sign-in/recovery-code", &[("code", &typed)]).await;
        assert_eq!(shown.status, status, "time {times}");
    }
}

#[tokio::test]
async fn a_refusal_is_the_same_for_every_cause_and_keeps_the_name_typed() {
    let portal = TestPortal::open().await;
    portal.person("anna@example.test").await;
    portal.test.account("blocked@example.test", MfaState::Enforced).await;
    let secret = portal.test.app_password("anna@example.test", "Contact form").await.secret;
    let refused = async |name: &str, password: &str| {
        let mut client = portal.client();
        let shown = client.sign_in(name, password).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{name}");
        assert!(shown.body.contains(&format!("value=\"{}\"", name.replace('&', "&#38;"))), "{name}");
        assert!(!shown.body.contains(password), "{name}: the password came back");
        assert!(!client.cookies.contains_key("__Host-postern-session"), "{name}");
        let text = shown.text();
        let (before, after) = text.split_once("(ref ").unwrap();
        format!("{before}{}", &after[9..])
    };
    let wrong = refused("anna@example.test", "wrong horse battery staple").await;
    assert!(wrong.contains("App passwords are for programs: here, use the account password"), "{wrong}");
    assert_eq!(wrong, refused("nobody@example.test", "wrong horse battery staple").await);
    assert_eq!(wrong, refused("not an address", "wrong horse battery staple").await);
    assert_eq!(wrong, refused("anna@example.test", secret.expose_canonical()).await);
    assert_eq!(wrong, refused("anna@example.test", &secret.expose_grouped()).await);
}

#[tokio::test]
async fn cookies_have_every_attribute() {
    let portal = TestPortal::open().await;
    portal.person("anna@example.test").await;
    let mut client = portal.client();
    let visitor = client.get("/sign-in").await;
    let signed = client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    for (shown, name) in [(&visitor, "__Host-postern-visitor"), (&signed, "__Host-postern-session")] {
        let cookie = shown.header("set-cookie");
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        let (found, value) = pair.split_once('=').unwrap();
        assert_eq!((found, value.len()), (name, 43));
        assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    }
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let portal = TestPortal::open().await;
    portal.test.account("anna@example.test", MfaState::Disabled).await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let mut client = portal.client();
        let page = client.get("/sign-in").await;
        let mut fields = page.hidden_fields("/sign-in");
        fields.retain(|(name, _)| name != "next");
        let token = fields[0].1.clone();
        let fields = [
            ("form_token", token.as_str()),
            ("next", next),
            ("username", "anna@example.test"),
            ("password", ACCOUNT_PASSWORD),
        ];
        assert_eq!(client.post("/sign-in", &fields).await.location(), "/security-info", "{next}");
    }
}
