//! The text of pages, whole.

use super::client::TestPortal;

#[tokio::test]
async fn security_info_of_somebody_new() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    let text = person.client.get("/security-info").await.text();
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn add_method() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    insta::assert_snapshot!(person.client.get("/methods/new").await.text());
}
