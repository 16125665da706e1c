//! Live sessions at the doors, as their owner meets them.

use std::time::Duration;

use http::StatusCode;
use postern_domain::id::DoorSessionId;
use postern_service::door::{DoorAnswer, DoorSession};
use postern_service::live_session::Report;

use super::client::TestPortal;

const ANNA: &str = "anna@example.test";
const BERT: &str = "bert@example.test";

/// Signs in at the SMTP door, and reports it as a server does.
pub(super) async fn signed_in(portal: &TestPortal, name: &str, secret: &str) -> DoorSession {
    let session = accepted(portal, name, secret).await;
    report(portal, &session).await;
    session
}

/// Signs in at the SMTP door.
pub(super) async fn accepted(portal: &TestPortal, name: &str, secret: &str) -> DoorSession {
    let DoorAnswer::Accepted(session) = portal.test.sign_in(name, secret).await else {
        panic!("not accepted");
    };
    *session
}

/// A report holds for some seconds of the test's clock.
async fn report(portal: &TestPortal, session: &DoorSession) {
    let service = &portal.test.service;
    let (node, mut report) = (service.new_node(), Report::default());
    report.add(session, node, 1_550, 20_000_000);
    service.report_live_sessions(node, &report).await.unwrap();
}

fn end(session: DoorSessionId) -> String {
    format!("/sessions/{session}/end")
}

#[tokio::test]
async fn they_are_shown_and_ended_one_by_one() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let empty = person.client.get("/sessions").await;
    assert!(empty.text().contains("Nothing is signed in"), "{}", empty.text());
    let created = portal.test.app_password(ANNA, "Contact form").await;
    let first = signed_in(&portal, ANNA, created.secret.expose_canonical()).await;
    let second = signed_in(&portal, ANNA, created.secret.expose_canonical()).await;
    portal.test.clock.advance(Duration::from_secs(10));
    let shown = person.client.get("/sessions").await;
    insta::assert_snapshot!(shown.text(), @r"
    Sessions
    What is signed in for you at this moment, on every server.
    Refresh
    Programs and devices
    A new one appears here within seconds. Ending it does not keep its program out: for that, revoke its app password.
    With
    Where
    From
    Since
    Data
    Actions
    Contact form
    Send mail (SMTP)
    192.0.2.7
    client.example.test
    just now
    20.0 MB received
    1.5 kB sent
    End
    Contact form
    Send mail (SMTP)
    192.0.2.7
    client.example.test
    just now
    20.0 MB received
    1.5 kB sent
    End
    ");
    let page = format!("/app-passwords/{}", created.app_password.id);
    assert_eq!(shown.body.matches(&format!("href=\"{page}\"")).count(), 2);

    let ended = person.client.submit(&shown, &end(first.id()), &[]).await;
    assert_eq!(ended.location(), "/sessions?done=session-ended");
    let shown = person.client.get(ended.location()).await;
    assert!(shown.text().contains("The session is being ended."), "{}", shown.text());
    assert!(!shown.body.contains(&end(first.id())) && shown.body.contains(&end(second.id())));

    // The page of its app password has it too.
    let shown = person.client.get(&page).await;
    assert!(shown.text().contains("Signed in with it now"), "{}", shown.text());
    let ended = person.client.submit(&shown, &end(second.id()), &[]).await;
    assert_eq!(ended.location(), "/sessions?done=session-ended");
    let shown = person.client.get(&page).await;
    assert!(!shown.text().contains("Signed in with it now"), "{}", shown.text());
    let nobody = portal.test.service.judge_session(&first).await.unwrap();
    assert_ne!(nobody, postern_service::door::Judgement::GoesOn);
}

#[tokio::test]
async fn anothers_is_neither_shown_nor_ended() {
    let portal = TestPortal::open().await;
    let mut anna = portal.person(ANNA).await;
    let mut bert = portal.person(BERT).await;
    let created = portal.test.app_password(BERT, "Scanner 2nd floor").await;
    let session = signed_in(&portal, BERT, created.secret.expose_canonical()).await;
    let page = anna.client.get("/sessions").await;
    assert!(page.text().contains("Nothing is signed in"), "{}", page.text());
    let token = page.hidden("/sign-out", "form_token");
    let nothing = DoorSessionId::from_bytes([0; 16]);
    for id in [session.id(), nothing] {
        let answer = anna.client.post(&end(id), &[("form_token", &token)]).await;
        assert_eq!(answer.location(), "/sessions?done=session-gone");
    }
    let shown = anna.client.get("/sessions?done=session-gone").await;
    assert!(shown.text().contains("That session is over already."), "{}", shown.text());
    let wrong = anna.client.post("/sessions/nothing/end", &[("form_token", &token)]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let still = bert.client.get("/sessions").await;
    assert!(still.body.contains(&end(session.id())), "{}", still.text());
    // What an administrator sees here are their own, too: of others they see more elsewhere.
    portal.test.administrator("admin@example.test").await;
    let mut admin = portal.enrolled("admin@example.test").await;
    portal.test.clock.advance(Duration::from_secs(61));
    report(&portal, &session).await;
    let shown = admin.client.get("/sessions").await;
    assert!(shown.text().contains("Nothing is signed in"), "{}", shown.text());
    let shown = admin.client.get(&format!("/app-passwords/{}", created.app_password.id)).await;
    assert!(shown.body.contains(&end(session.id())), "{}", shown.text());
}
