//! What Microsoft Entra ID sends, in the order in which it does: look for somebody, add them, change them with the names of
//! operations capitalised and truth as a text, cut them off, delete them.

use http::{Method, StatusCode};
use postern_service::door::DoorAnswer;
use serde_json::json;

use crate::tests::client::TestPortal;

#[tokio::test]
async fn a_users_life() {
    let portal = TestPortal::open().await;
    let mut entra = portal.provider().await;
    entra.get("/Users?filter=userName eq \"anna.berg@example.test\"").await;
    let added = entra
        .ask(
            Method::POST,
            "/Users",
            Some(json!({
                "schemas": [
                    "urn:ietf:params:scim:schemas:core:2.0:User",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
                ],
                "externalId": "0f8fad5b",
                "userName": "Anna.Berg@example.test",
                "active": true,
                "addresses": [],
                "displayName": "Anna Berg",
                "emails": [{"type": "work", "value": "anna.berg@example.test", "primary": true}],
                "meta": {"resourceType": "User"},
                "name": {"formatted": "Anna Berg", "familyName": "Berg", "givenName": "Anna"},
                "phoneNumbers": [],
                "roles": [],
                "title": "Clerk",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}
            })),
        )
        .await;
    let path = format!("/Users/{}", added.id());
    entra.get("/Users?filter=externalId eq \"0f8fad5b\"").await;
    entra.get("/Users?filter=emails[type eq \"work\"].value eq \"anna.berg@example.test\"").await;
    let patch = |operations| {
        Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations
        }))
    };
    entra
        .ask(
            Method::PATCH,
            &path,
            patch(json!([
                {"op": "Replace", "path": "userName", "value": "anna.lind@example.test"},
                {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "anna.lind@example.test"},
                {"op": "Add", "path": "emails[type eq \"other\"].value", "value": "anna.berg@example.test"},
                {"op": "Replace", "path": "name.familyName", "value": "Lind"},
                {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Law"}
            ])),
        )
        .await;
    let secret = portal.test.app_password("anna.lind@example.test", "Scanner 2nd floor").await.secret;
    let signs_in = async |name: &str| {
        matches!(portal.test.sign_in(name, secret.expose_canonical()).await, DoorAnswer::Accepted(_))
    };
    assert!(signs_in("anna.lind@example.test").await && signs_in("anna.berg@example.test").await);
    entra
        .ask(Method::PATCH, &path, patch(json!([{"op": "Replace", "path": "active", "value": "False"}])))
        .await;
    assert!(!signs_in("anna.lind@example.test").await, "somebody who was cut off signs in");
    entra
        .ask(Method::PATCH, &path, patch(json!([{"op": "Replace", "path": "active", "value": "True"}])))
        .await;
    assert!(signs_in("anna.lind@example.test").await, "somebody who came back does not sign in");
    entra.ask(Method::DELETE, &path, None).await;
    assert!(!signs_in("anna.lind@example.test").await);
    assert_eq!(entra.get(&path).await.status, StatusCode::NOT_FOUND);
    insta::assert_snapshot!(entra.transcript());
    portal.test.service.verify_audit().await.unwrap();
}

#[tokio::test]
async fn a_groups_life() {
    let portal = TestPortal::open().await;
    let mut entra = portal.provider().await;
    let mut ids = Vec::new();
    for name in ["anna@example.test", "bert@example.test"] {
        let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
        ids.push(entra.ask(Method::POST, "/Users", Some(user)).await.id().to_owned());
    }
    entra.get("/Groups?excludedAttributes=members&filter=displayName eq \"Sales (EMEA)\"").await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0",
        "displayName": "Sales (EMEA)",
        "meta": {"resourceType": "Group"}
    });
    let path = format!("/Groups/{}", entra.ask(Method::POST, "/Groups", Some(group)).await.id());
    let patch = |operations| {
        Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations
        }))
    };
    let members = |ids: &[String]| ids.iter().map(|id| json!({ "value": id })).collect::<Vec<_>>();
    entra
        .ask(Method::PATCH, &path, patch(json!([{"op": "Add", "path": "members", "value": members(&ids)}])))
        .await;
    entra.get(&format!("{path}?excludedAttributes=members")).await;
    entra.get(&format!("/Groups?filter=id eq \"{}\" and members eq \"{}\"", &path[8..], ids[0])).await;
    entra
        .ask(
            Method::PATCH,
            &path,
            patch(json!([{"op": "Remove", "path": "members", "value": members(&ids[..1])}])),
        )
        .await;
    entra.get(&path).await;
    entra.get(&format!("/Users/{}", ids[1])).await;
    entra
        .ask(Method::PATCH, &path, patch(json!([{"op": "Replace", "path": "displayName", "value": "Sales"}])))
        .await;
    entra.get(&path).await;
    entra.ask(Method::DELETE, &path, None).await;
    entra.get(&format!("/Users/{}?attributes=groups,userName", ids[1])).await;
    insta::assert_snapshot!(entra.transcript());
}
