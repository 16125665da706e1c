//! One account never sees or touches what is another's, and cannot tell it from what is not there.

use http::StatusCode;
use postern_service::door::DoorAnswer;

use super::client::TestPortal;

#[tokio::test]
async fn what_belongs_to_another_account_is_no_page() {
    let portal = TestPortal::open().await;
    let mut anna = portal.person("anna@example.test").await;
    let mut bert = portal.person("bert@example.test").await;
    let created = portal.test.app_password("bert@example.test", "Scanner 2nd floor").await;
    let shown = bert.client.get("/security-info").await;
    let method = shown.body.split("/methods/").find(|part| part.contains("/delete")).unwrap();
    let method = method.split('/').next().unwrap();
    let token = anna.client.get("/security-info").await.hidden("/sign-out", "form_token");
    let number = anna.client.get("/app-passwords/new").await.hidden("/app-passwords/new", "form_number");
    let id = created.app_password.id;
    let theirs = [
        format!("/app-passwords/{id}"),
        format!("/app-passwords/{id}/edit"),
        format!("/app-passwords/{id}/rotate"),
        format!("/app-passwords/{id}/revoke"),
        format!("/methods/{method}/delete"),
    ];
    for path in &theirs {
        assert_eq!(bert.client.get(path).await.status, StatusCode::OK, "{path} is no page for its owner");
        let nothing = path.replace(&id.to_string(), "00000000-0000-7000-8000-000000000000");
        let nothing = nothing.replace(method, "00000000-0000-7000-8000-000000000000");
        let (shown, missing) = (anna.client.get(path).await, anna.client.get(&nothing).await);
        assert_eq!((shown.status, shown.text()), (StatusCode::NOT_FOUND, missing.text()), "{path}");
        let fields = [("form_token", token.as_str()), ("form_number", number.as_str()), ("overlap", "0")];
        if path != &theirs[0] {
            assert_eq!(anna.client.post(path, &fields).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let answer = portal.test.sign_in("bert@example.test", created.secret.expose_canonical()).await;
    assert!(matches!(answer, DoorAnswer::Accepted(_)), "{answer:?}");
    let list = anna.client.get("/security-info").await;
    assert!(!list.body.contains("Scanner"), "{}", list.text());
}

#[tokio::test]
async fn a_reference_is_explained_to_its_account_and_to_administrators() {
    let portal = TestPortal::open().await;
    let mut anna = portal.person("anna@example.test").await;
    let mut bert = portal.person("bert@example.test").await;
    portal.test.administrator("admin@example.test").await;
    let mut admin = portal.enrolled("admin@example.test").await;
    let DoorAnswer::Refused(refusal) =
        portal.test.sign_in("bert@example.test", postern_testkit::ACCOUNT_PASSWORD).await
    else {
        panic!("an account password was accepted under MFA");
    };
    let path = format!("/refusals?reference={}", refusal.reference);
    assert_eq!(anna.client.get(&path).await.status, StatusCode::NOT_FOUND);
    let own = bert.client.get(&path).await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.text());
    assert!(own.body.contains("href=\"/app-passwords/new?door=smtp\""), "{}", own.text());
    let seen = admin.client.get(&path).await;
    assert_eq!(seen.status, StatusCode::OK);
    // What an administrator creates would be their own, so the way there is not offered.
    assert!(seen.text().contains("bert@example.test"), "{}", seen.text());
    assert!(!seen.body.contains("href=\"/app-passwords/new?door=smtp\""));
}
