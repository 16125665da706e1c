//! Step-up: a second factor older than ten minutes is asked for again, and the form goes on where it was.

use std::time::Duration;

use http::StatusCode;

use super::client::{Person, TestPortal};

const LATER: Duration = Duration::from_secs(11 * 60);
const FORM: [(&str, &str); 4] =
    [("name", "Contact form"), ("purpose", "web-site"), ("networks", "192.0.2.0/24"), ("sender", "own")];

async fn stale() -> (TestPortal, Person) {
    let portal = TestPortal::open().await;
    let person = portal.person("anna@example.test").await;
    portal.test.clock.advance(LATER);
    (portal, person)
}

#[tokio::test]
async fn the_form_is_kept_through_the_question() {
    let (portal, mut person) = stale().await;
    let question = person.client.open_and_submit("/app-passwords/new", &FORM).await;
    assert_eq!(question.status, StatusCode::OK);
    assert!(question.text().contains("Confirm that it is you"), "{}", question.text());
    assert_eq!(question.hidden("/app-passwords/new", "networks"), "192.0.2.0/24");
    let wrong = person.client.submit(&question, "/app-passwords/new", &[("step_up_code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert_eq!(wrong.hidden("/app-passwords/new", "name"), "Contact form");
    let code = portal.code(&person.key);
    let before = person.client.cookies.clone();
    let created = person.client.submit(&wrong, "/app-passwords/new", &[("step_up_code", &code)]).await;
    assert!(created.text().contains("Here is your app password"), "{}", created.text());
    assert_ne!(before, person.client.cookies, "the token was not rotated");
    // The rotated cookie came with the answer: the session goes on.
    assert!(person.client.get("/security-info").await.text().contains("Contact form"));
}

#[tokio::test]
async fn a_recovery_code_answers_too() {
    let (_portal, mut person) = stale().await;
    let question = person.client.open_and_submit("/app-passwords/new", &FORM).await;
    let code = person.codes[3].clone();
    let created = person.client.submit(&question, "/app-passwords/new", &[("step_up_code", &code)]).await;
    assert!(created.text().contains("Here is your app password"), "{}", created.text());
}

#[tokio::test]
async fn every_sensitive_form_asks() {
    let (portal, mut person) = stale().await;
    let id = portal.test.app_password("anna@example.test", "Scanner 2nd floor").await.app_password.id;
    let shown = person.client.get("/security-info").await;
    let method = shown.body.split("/methods/").find(|part| part.contains("/delete")).unwrap();
    let delete = format!("/methods/{}/delete", method.split('/').next().unwrap());
    let rotate = format!("/app-passwords/{id}/rotate");
    for (path, fields) in
        [(rotate.as_str(), &[("overlap", "7")][..]), (delete.as_str(), &[]), ("/recovery-codes/new", &[])]
    {
        let question = person.client.open_and_submit(path, fields).await;
        assert!(question.text().contains("Confirm that it is you"), "{path}: {}", question.text());
    }
    for path in ["/password", "/methods/authenticator/new"] {
        let question = person.client.get(path).await;
        assert!(question.text().contains("Confirm that it is you"), "{path}: {}", question.text());
        assert_eq!(question.hidden("/step-up", "next"), path);
    }
    // Cutting off must be easy: it asks for nothing.
    let shown = person.client.open_and_submit(&format!("/app-passwords/{id}/revoke"), &[]).await;
    assert_eq!(shown.location(), "/security-info?done=revoked");
}

#[tokio::test]
async fn the_answer_to_a_question_before_a_page_leads_there_and_nowhere_else() {
    let (portal, mut person) = stale().await;
    let question = person.client.get("/password").await;
    let code = portal.code(&person.key);
    let shown = person.client.submit(&question, "/step-up", &[("step_up_code", &code)]).await;
    assert_eq!(shown.location(), "/password");
    assert!(person.client.get("/password").await.text().contains("New password again"));
    let token = person.client.get("/security-info").await.hidden("/sign-out", "form_token");
    let fields = [("form_token", token.as_str()), ("next", "//evil.example")];
    assert_eq!(person.client.post("/step-up", &fields).await.location(), "/security-info");
}
