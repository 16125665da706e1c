//! The portal's pages about the API.

use std::time::Duration;

use http::StatusCode;

use super::ANNA;
use crate::tests::client::TestPortal;

#[tokio::test]
async fn a_person_creates_a_token_with_a_fresh_second_factor_and_revokes_it() {
    let portal = TestPortal::open().await;
    let mut anna = portal.person(ANNA).await;
    let form =
        [("name", "Backup job"), ("scope", "account.own"), ("life", "90"), ("networks", "192.0.2.0/24")];
    let page = anna.client.get("/api-tokens/new").await;
    assert!(!page.body.contains("mfa.write"), "a member has no choice of what is for others");
    let shown = anna.client.submit(&page, "/api-tokens/new", &form).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let text = shown.body.split("data-copy=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let me = portal.with(&text).get("/api/v1/me").await.json();
    assert_eq!(me["account"], ANNA);
    // Sent again, it makes no second one; nor does what no choice offers.
    let again = anna.client.submit(&page, "/api-tokens/new", &form).await;
    assert_eq!(again.location(), "/api-tokens?done=token-created-already");
    for (field, value) in
        [("scope", "mfa.write"), ("scope", "root"), ("life", "9999"), ("networks", "x"), ("name", " ")]
    {
        let mut wrong = form.to_vec();
        wrong.retain(|(name, _)| *name != field);
        wrong.push((field, value));
        let refused = anna.client.open_and_submit("/api-tokens/new", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}: {}", refused.text());
    }
    portal.test.clock.advance(Duration::from_secs(601));
    let asked = anna.client.open_and_submit("/api-tokens/new", &form).await;
    assert!(asked.text().contains("onfirm"), "{}", asked.text());

    portal.written().await;
    let list = anna.client.get("/api-tokens").await;
    assert!(list.text().contains("Backup job") && list.text().contains("192.0.2.7"), "{}", list.text());
    let action =
        list.body.split("action=\"/api-tokens/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let revoked = anna.client.submit(&list, &format!("/api-tokens/{action}"), &[]).await;
    assert_eq!(revoked.location(), "/api-tokens?done=token-revoked");
    assert_eq!(portal.with(&text).get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    // Nobody revokes another's.
    let mut bo = portal.person("bo@example.test").await;
    let token = portal.token(ANNA, "account.own").await;
    let page = bo.client.get("/api-tokens").await;
    let field = page.hidden("/sign-out", "form_token");
    let path = format!("/api-tokens/{}/revoke", token.token.id);
    let refused = bo.client.post(&path, &[("form_token", &field)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_documentation_shows_every_endpoint_and_every_problem() {
    let portal = TestPortal::open().await;
    let page = portal.client().get("/api/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    for endpoint in crate::api::endpoints() {
        assert!(page.body.contains(&format!("{} {}", endpoint.method, endpoint.path)), "{}", endpoint.path);
    }
    for kind in crate::api::problem::ProblemKind::ALL {
        assert!(page.body.contains(&format!("<tr id=\"{}\">", kind.name())), "{}", kind.name());
    }
    assert!(page.body.contains("/app-passwords/{id}/rotate"));
}
