//! What Microsoft Entra ID sends, in the order in which it does: look for somebody, add them, change them with the names of
//! operations capitalised and truth as a text, cut them off, delete them.

use http::{Method, StatusCode};
use postern_service::door::DoorAnswer;
use serde_json::{Value, json};

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

fn patch(operations: &Value) -> Option<Value> {
    Some(json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}))
}

/// The shapes of a patch that Microsoft's documents show: with the feature flag `aadOptscim062020`, without it, and for the
/// attributes that its default mapping has and that are nothing here.
#[tokio::test]
async fn every_shape_of_a_patch() {
    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let portal = TestPortal::open().await;
    let mut entra = portal.provider().await;
    // The connection is tested with a name that nobody has.
    entra.get("/Users?filter=userName eq \"5d48a0a8-e9f0-4aa3-8008-000000000000\"").await;
    entra.get("/Users/5d48a0a8-e9f0-4aa3-8008-000000000000").await;
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "externalId": "0a21f0f2", "userName": "anna@example.test", "active": true,
        "emails": [{"primary": true, "type": "work", "value": "anna.berg@example.test"}],
        "meta": {"resourceType": "User"}, "roles": [],
        "name": {"formatted": "Anna Berg", "familyName": "Berg", "givenName": "Anna"}
    });
    let added = entra.ask(Method::POST, "/Users", Some(user.clone())).await;
    let path = format!("/Users/{}", added.id());
    entra.ask(Method::POST, "/Users", Some(user)).await;
    let employee = format!("{ENTERPRISE}:employeeNumber");
    let manager = format!("{ENTERPRISE}:manager");
    for operations in [
        json!([
            {"op": "Replace", "path": "displayName", "value": "Anna Lind"},
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "anna.lind@example.test"},
            {"op": "Replace", "path": "name.familyName", "value": "Lind"},
            {"op": "Replace", "path": "externalId", "value": "6c75de36"},
            {"op": "Replace", "path": employee, "value": "Eqpj"}
        ]),
        json!([
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a.lind@example.test"},
            {"op": "replace", "value": {
                "displayName": "A. Lind", "name.givenName": "A.", "name.familyName": "Lind", &employee: "Aklq"
            }}
        ]),
        json!([
            {"op": "Add", "path": "nickName", "value": "Babs"},
            {"op": "Add", "path": "emails[type eq \"other\"].Value", "value": "babs@example.test"},
            {"op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+1 425 555 0100"},
            {"op": "Add", "path": "addresses[type eq \"work\"].streetAddress", "value": "1 Main Street"},
            {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "Owner"},
            {"op": "Add", "path": &manager, "value": [{"$ref": "http://example.test/scim/Users/1", "value": "1"}]}
        ]),
        json!([{"op": "Remove", "path": &manager, "value": [{"value": "1"}]}]),
        json!([{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "anna.b@example.test"}]),
        json!([{"op": "Remove", "path": "emails[type eq \"other\"].value"}]),
        json!([{"op": "replace", "path": "active", "value": false}]),
        json!([{"op": "Add", "path": "active", "value": "True"}]),
    ] {
        let changed = entra.ask(Method::PATCH, &path, patch(&operations)).await;
        assert_eq!(changed.status, StatusCode::OK, "{operations}: {}", changed.body);
    }
    let id = &path["/Users/".len()..];
    entra.get(&format!("/Users?filter=id eq \"{id}\" and manager eq \"1\"&attributes=id")).await;
    insta::assert_snapshot!(entra.transcript());
}

/// Members with the flag and without it, as they come: with an empty `$ref`, one by one and all at once.
#[tokio::test]
async fn every_shape_of_a_change_of_members() {
    let portal = TestPortal::open().await;
    let mut entra = portal.provider().await;
    let mut ids = Vec::new();
    for name in ["anna@example.test", "bert@example.test", "cleo@example.test"] {
        let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
        ids.push(entra.ask(Method::POST, "/Users", Some(user)).await.id().to_owned());
    }
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "externalId": "8aa1a0c0", "displayName": "Sales"
    });
    let path = format!("/Groups/{}", entra.ask(Method::POST, "/Groups", Some(group)).await.id());
    let member = |place: usize| json!({"$ref": null, "value": ids[place]});
    for operations in [
        json!([{"op": "Add", "path": "members", "value": [member(0)]}]),
        json!([
            {"op": "Add", "path": "members", "value": [member(1)]},
            {"op": "Add", "path": "members", "value": [member(2)]}
        ]),
        json!([{"op": "Remove", "path": "members", "value": [member(0)]}]),
        json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[1])}]),
        json!([{"op": "Replace", "path": "members", "value": [member(0), member(1)]}]),
        json!([{"op": "Remove", "path": "members"}]),
    ] {
        let changed = entra.ask(Method::PATCH, &path, patch(&operations)).await;
        assert_eq!((changed.status, &changed.body), (StatusCode::NO_CONTENT, &Value::Null), "{operations}");
        entra.get(&path).await;
    }
    entra.get("/Groups?excludedAttributes=members&filter=displayName eq \"sales\"").await;
    entra.get("/Groups?excludedAttributes=members&filter=externalId eq \"8aa1a0c0\"").await;
    insta::assert_snapshot!(entra.transcript());
}
