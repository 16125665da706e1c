//! What Okta sends: probes first, whole users by PUT, patches without a path.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::tests::client::TestPortal;

#[tokio::test]
async fn a_users_and_a_groups_life() {
    let portal = TestPortal::open().await;
    let mut okta = portal.provider().await;
    okta.get("/Users?startIndex=1&count=2").await;
    okta.get("/Groups?startIndex=1&count=100").await;
    okta.get("/Users?filter=userName eq \"anna@example.test\"&startIndex=1&count=100").await;
    let user = |family: &str, active: bool| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "anna@example.test",
            "name": {"givenName": "Anna", "familyName": family},
            "emails": [{"primary": true, "value": "anna@example.test", "type": "work"}],
            "displayName": "Anna Berg",
            "locale": "en-US",
            "externalId": "00ujl29u0le5T6Aj10h7",
            "groups": [],
            "password": "1mz050nq",
            "active": active
        })
    };
    let added = okta.ask(Method::POST, "/Users", Some(user("Berg", true))).await;
    let (id, path) = (added.id().to_owned(), format!("/Users/{}", added.id()));
    okta.get(&path).await;
    okta.ask(Method::PUT, &path, Some(user("Lind", true))).await;
    let deactivate = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"active": false}}]
    });
    okta.ask(Method::PATCH, &path, Some(deactivate)).await;
    okta.ask(Method::PUT, &path, Some(user("Lind", true))).await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Test SCIMv2",
        "members": [{"value": id, "display": "anna@example.test"}]
    });
    let group = format!("/Groups/{}", okta.ask(Method::POST, "/Groups", Some(group)).await.id());
    let rename = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"id": &group[8..], "displayName": "Test SCIMv2 b"}}]
    });
    okta.ask(Method::PATCH, &group, Some(rename)).await;
    let change = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "remove", "path": format!("members[value eq \"{id}\"]")},
            {"op": "add", "path": "members", "value": [{"value": id, "display": "anna@example.test"}]}
        ]
    });
    okta.ask(Method::PATCH, &group, Some(change)).await;
    okta.get(&group).await;
    okta.ask(Method::DELETE, &group, None).await;
    insta::assert_snapshot!(okta.transcript());
}

/// What Okta sends for an app made with its wizard, all of it by PUT; what it sends to push a password and all members of a
/// group; and its import, by the page and of what changed since.
#[tokio::test]
async fn an_app_of_the_wizard_and_an_import() {
    let portal = TestPortal::open().await;
    let mut okta = portal.provider().await;
    let user = |id: Option<&str>, name: &str, given: &str, active: bool| {
        let mut user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": name,
            "name": {"givenName": given, "middleName": "Excited", "familyName": "Berg"},
            "emails": [{"primary": true, "value": name, "type": "work", "display": name}],
            "active": active,
            "groups": [],
            "meta": {"resourceType": "User"}
        });
        if let Some(id) = id {
            user["id"] = id.into();
        }
        user
    };
    let mut ids = Vec::new();
    for name in ["anna@example.test", "bert@example.test"] {
        let added = okta.ask(Method::POST, "/Users", Some(user(None, name, "Test", true))).await;
        ids.push(added.id().to_owned());
        portal.test.clock.advance(Duration::from_millis(1500));
    }
    okta.ask(Method::POST, "/Users", Some(user(None, "anna@example.test", "Test", true))).await;
    let path = format!("/Users/{}", ids[0]);
    okta.get(&path).await;
    okta.ask(Method::PUT, &path, Some(user(Some(&ids[0]), "anna@example.test", "Another", true))).await;
    okta.ask(Method::PUT, &path, Some(user(Some(&ids[0]), "anna@example.test", "Another", false))).await;
    let patch = |operations: &Value| {
        Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations
        }))
    };
    let password = json!([{"op": "replace", "value": {"password": "1mz050nq"}}]);
    okta.ask(Method::PATCH, &path, patch(&password)).await;
    okta.ask(Method::PATCH, &path, patch(&json!([{"op": "replace", "value": {"active": true}}]))).await;
    let group = |members: &Value| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Test SCIMv2", "members": members
        })
    };
    let group_path =
        format!("/Groups/{}", okta.ask(Method::POST, "/Groups", Some(group(&json!([])))).await.id());
    let both = json!([
        {"value": ids[0], "display": "anna@example.test"}, {"value": ids[1], "display": "bert@example.test"}
    ]);
    let all = json!([{"op": "replace", "path": "members", "value": both}]);
    okta.ask(Method::PATCH, &group_path, patch(&all)).await;
    okta.get(&group_path).await;
    okta.ask(Method::PUT, &group_path, Some(group(&json!([{"value": ids[1]}])))).await;
    okta.get("/Users?startIndex=1&count=2").await;
    okta.get("/Users?startIndex=3&count=2").await;
    okta.get("/Groups?startIndex=1&count=100").await;
    let since = "meta.lastModified gt \"2026-11-22T14:15:54.000Z\"";
    okta.get(&format!("/Users?filter={since}&startIndex=1&count=100")).await;
    okta.get(&format!("/Groups?filter={since}&startIndex=1&count=100")).await;
    insta::assert_snapshot!(okta.transcript());
}
