//! Secrets in the wrong place: an app password where the account password belongs, and a password where the name does.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{Method, Request, StatusCode, header};
use postern_testkit::{ACCOUNT_PASSWORD, Log};

use super::client::TestPortal;

const ANNA: &str = "anna@example.test";
const NEW: &str = "a quite different passphrase";

#[tokio::test]
async fn an_app_password_changes_no_account_password() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let secret = portal.test.app_password(ANNA, "Contact form").await.secret;
    let mut page = person.client.get("/password").await;
    for typed in [secret.expose_canonical(), &secret.expose_grouped()] {
        let fields = [("current", typed), ("new", NEW), ("repeat", NEW)];
        page = person.client.submit(&page, "/password", &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text().contains("That is not your current password."), "{}", page.text());
        assert!(!page.body.contains(typed), "it comes back");
    }
    let refused = portal.client().sign_in(ANNA, NEW).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "it was not changed");
    assert_eq!(portal.client().sign_in(ANNA, ACCOUNT_PASSWORD).await.location(), "/sign-in/code");
}

/// Where a password is typed: each place asks for the account password and was tried with an app password (here and in
/// `sign_in`), or sets one (`form.html`: for others, in the admin area), or
/// is for the password of another system.
#[test]
fn places_that_ask_for_a_password() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut found = Vec::new();
    for folder in [folder.clone(), folder.join("admin")] {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let fields = text.split("<input ").skip(1).filter(|field| field.contains("type=\"password\""));
            for field in fields {
                let name = field.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                found.push(format!("{file}: {name}"));
            }
        }
    }
    found.sort();
    insta::assert_snapshot!(found.join("\n"), @r"
    change_password.html: current
    change_password.html: new
    change_password.html: repeat
    form.html: {{ field.name }}
    mailbox_password.html: password
    set_up.html: new
    set_up.html: repeat
    sign_in.html: password
    ");
}

/// What people type into the wrong field is in no line of the log, at any level, and in no event.
#[tokio::test]
async fn a_secret_typed_as_the_name_is_neither_logged_nor_kept() {
    let (log, _guard) = Log::begin();
    let portal = TestPortal::open().await;
    portal.person(ANNA).await;
    let secret = portal.test.app_password(ANNA, "Contact form").await.secret;
    let needles = ["needle-in-the-name", "needle@in.the.name", ACCOUNT_PASSWORD, secret.expose_canonical()];
    for needle in needles {
        let mut client = portal.client();
        for (name, password) in [(needle, ANNA), (needle, needle), (ANNA, needle)] {
            if (name, password) != (ANNA, ACCOUNT_PASSWORD) {
                assert_eq!(client.sign_in(name, password).await.status, StatusCode::FORBIDDEN, "{needle}");
            }
        }
        for basic in [format!("{needle}:{ANNA}"), format!("{ANNA}:{needle}")] {
            let answer = ask_for_token(&portal, &basic, needle).await;
            assert_eq!(answer, StatusCode::UNAUTHORIZED, "{needle}");
        }
        let request = Request::builder()
            .uri("/api/v1/me")
            .header(header::HOST, "portal.example.test")
            .header(header::AUTHORIZATION, format!("Bearer {needle}"));
        let answer = portal.client().send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{needle}");
        let mut client = portal.client();
        client.sign_in(ANNA, ACCOUNT_PASSWORD).await;
        let shown = client.open_and_submit("/sign-in/code", &[("code", needle)]).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{needle}");
    }
    portal.test.service.close().await;
    let root = "root@example.test";
    portal.test.administrator(root).await;
    let events = portal.program(root, "events.read").await.get("/api/v1/sign-in-events?limit=100").await.body;
    assert!(events.matches("unknown-account").count() > 5, "they were recorded: {events}");
    let text = format!("{}{events}", log.text());
    assert!(text.contains("a statement"), "the log is heard at every level");
    for needle in needles {
        let encoded = [BASE64.encode(needle), needle.replace(' ', "+"), needle.replace('@', "%40")];
        for form in encoded.iter().map(String::as_str).chain([needle]) {
            assert!(!text.contains(form), "{form} stands in the log or in an event:\n{text}");
        }
    }
}

async fn ask_for_token(portal: &TestPortal, basic: &str, scope: &str) -> StatusCode {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/oauth2/token")
        .header(header::HOST, "portal.example.test")
        .header(header::AUTHORIZATION, format!("Basic {}", BASE64.encode(basic)))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let form = format!("grant_type=client_credentials&scope={}", scope.replace(' ', "+"));
    portal.client().send(request.body(Body::from(form)).unwrap()).await.status
}
