//! Passkeys over the portal's pages, with an authenticator made of software.

use http::StatusCode;
use postern_testkit::{ACCOUNT_PASSWORD, SoftAuthenticator};

use super::client::{Client, ORIGIN, Person, Shown, TestPortal};

const NEW: &str = "/methods/passkey/new";

/// What the page asks the browser for.
fn options(page: &Shown) -> String {
    let attribute = page.body.split("data-options=\"").nth(1).expect("a passkey is asked for");
    attribute.split('"').next().unwrap().replace("&#34;", "\"").replace("&#38;", "&")
}

/// Answers the page's question in its form.
async fn answer(client: &mut Client, page: &Shown, action: &str, field: &str, answer: &str) -> Shown {
    let mut fields = page.hidden_fields(action);
    for (name, value) in &mut fields {
        if name == field {
            answer.clone_into(value);
        }
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(action, &fields).await
}

async fn registered(portal: &TestPortal) -> (Person, SoftAuthenticator) {
    let mut person = portal.person("anna@example.test").await;
    let mut authenticator = SoftAuthenticator::new(ORIGIN);
    let page = person.client.get(NEW).await;
    let made = authenticator.create(&options(&page));
    let shown = answer(&mut person.client, &page, NEW, "credential", &made).await;
    assert_eq!(shown.location(), "/security-info?done=registered", "{}", shown.text());
    (person, authenticator)
}

#[tokio::test]
async fn a_passkey_is_asked_for_first_and_the_app_can_be_chosen() {
    let portal = TestPortal::open().await;
    let (person, mut authenticator) = registered(&portal).await;
    let mut client = portal.client();
    client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    let page = client.get("/sign-in/code").await;
    assert!(page.text().contains("Use your passkey"), "{}", page.text());
    assert!(page.body.contains("/static/passkey-"), "the script is there");
    let wrong = answer(&mut client, &page, "/sign-in/code", "credential", "{}").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(wrong.text().contains("That passkey is not right"), "{}", wrong.text());
    let signed = authenticator.get(&options(&wrong));
    let shown = answer(&mut client, &wrong, "/sign-in/code", "credential", &signed).await;
    assert_eq!(shown.location(), "/security-info");

    let mut other = portal.client();
    other.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    let page = other.get("/sign-in/code?method=app").await;
    assert!(page.text().contains("Enter the code"), "{}", page.text());
    let code = portal.code(&person.key);
    let shown = other.submit(&page, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!(shown.location(), "/security-info");
}

#[tokio::test]
async fn a_passkey_alone_leads_to_what_was_asked() {
    let portal = TestPortal::open().await;
    let (_person, mut authenticator) = registered(&portal).await;
    let mut client = portal.client();
    let page = client.get("/sign-in?next=/sessions").await;
    let page = client.submit(&page, "/sign-in/passkey", &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let signed = authenticator.get(&options(&page));
    let shown = answer(&mut client, &page, "/sign-in/passkey", "credential", &signed).await;
    assert_eq!(shown.location(), "/sessions", "{}", shown.text());
    assert_eq!(client.get("/sessions").await.status, StatusCode::OK);
    // The answer of one browser opens nothing in another (login CSRF).
    let mut other = portal.client();
    let page = other.get("/sign-in").await;
    let page = other.submit(&page, "/sign-in/passkey", &[]).await;
    let mut victim = portal.client();
    let own = victim.get("/sign-in").await;
    let token = own.hidden("/sign-in/passkey", "form_token");
    let signed = authenticator.get(&options(&page));
    let ceremony = page.hidden("/sign-in/passkey", "ceremony");
    let fields = [("form_token", token.as_str()), ("ceremony", &ceremony), ("credential", &signed)];
    let shown = victim.post("/sign-in/passkey", &fields).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(shown.text().contains("This sign-in has run out"), "{}", shown.text());
}

#[tokio::test]
async fn a_step_up_takes_a_passkey() {
    let portal = TestPortal::open().await;
    let (mut person, mut authenticator) = registered(&portal).await;
    portal.test.clock.advance(std::time::Duration::from_secs(11 * 60));
    let question = person.client.open_and_submit("/recovery-codes/new", &[]).await;
    assert!(question.text().contains("Confirm that it is you"), "{}", question.text());
    let signed = authenticator.get(&options(&question));
    let shown =
        answer(&mut person.client, &question, "/recovery-codes/new", "step_up_credential", &signed).await;
    assert!(shown.text().contains("Keep your recovery codes"), "{}", shown.text());
}

#[tokio::test]
async fn a_method_is_renamed_and_asked_for_first() {
    let portal = TestPortal::open().await;
    let (mut person, _) = registered(&portal).await;
    let info = person.client.get("/security-info").await;
    let app = info.body.split("href=\"/methods/").find(|part| part.contains(">Phone</a>")).unwrap();
    let path = format!("/methods/{}", app.split('"').next().unwrap());
    let shown = person.client.open_and_submit(&path, &[("label", "Old phone")]).await;
    assert_eq!(shown.location(), "/security-info?done=method-changed");
    let page = person.client.get(&path).await;
    person.client.submit(&page, &format!("{path}/first"), &[]).await;
    assert!(person.client.get("/security-info").await.text().contains("Old phone\nAsked for first"));
    let mut client = portal.client();
    client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    assert!(client.get("/sign-in/code").await.text().contains("Enter the code"));
}

/// Somebody comes back to the sign-in page a day later, and the cookie of the session that is over is in nobody's way.
#[tokio::test]
async fn a_passkey_signs_in_where_a_session_was_before() {
    let portal = TestPortal::open().await;
    let (mut person, mut authenticator) = registered(&portal).await;
    portal.test.clock.advance(std::time::Duration::from_secs(86_400));
    let page = person.client.get("/sign-in").await;
    assert_eq!(page.status, StatusCode::OK);
    let asked = person.client.submit(&page, "/sign-in/passkey", &[]).await;
    let signed = authenticator.get(&options(&asked));
    let shown = answer(&mut person.client, &asked, "/sign-in/passkey", "credential", &signed).await;
    assert_eq!(
        (shown.status, shown.location()),
        (StatusCode::SEE_OTHER, "/security-info"),
        "{}",
        shown.text()
    );
}
