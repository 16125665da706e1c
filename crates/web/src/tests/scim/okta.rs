//! What Okta sends: probes first, whole users by PUT, patches without a path.

use http::Method;
use serde_json::json;

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
