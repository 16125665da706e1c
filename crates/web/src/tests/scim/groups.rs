//! What holds for groups, whoever provisions them.

use http::{Method, StatusCode};
use postern_domain::mfa::MfaState;
use postern_testkit::{OPERATOR, account_name};
use serde_json::{Value, json};

use super::provider::Provider;
use crate::tests::client::TestPortal;

async fn add(provider: &mut Provider, display_name: &str, members: &[&str]) -> super::provider::Answer {
    let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
    provider
        .ask(Method::POST, "/Groups", Some(json!({"displayName": display_name, "members": members})))
        .await
}

async fn names(provider: &mut Provider, path: &str) -> Vec<String> {
    let group = provider.get(path).await.body;
    let members = group["members"].as_array().cloned().unwrap_or_default();
    members.iter().map(|member| member["display"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_group_made_by_hand_is_there_with_an_identifier_that_stays() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let anna = portal.test.account("anna@example.test", MfaState::Enforced).await;
    let by_hand = "sales".parse().unwrap();
    portal.test.service.add_to_group(OPERATOR, &account_name("anna@example.test"), by_hand).await.unwrap();
    let user = provider.get(&format!("/Users/{}", anna.id)).await.body;
    assert_eq!(user["groups"][0]["display"], "sales");
    let list = provider.get("/Groups?filter=displayName eq \"SALES\"").await.body;
    assert_eq!(
        (&list["totalResults"], &list["Resources"][0]["id"]),
        (&json!(1), &user["groups"][0]["value"])
    );
    assert_eq!(list["Resources"][0]["members"][0]["value"], anna.id.to_string());
    let bare = provider.get("/Groups?excludedAttributes=members").await.body;
    assert_eq!(bare["Resources"][0].get("members"), None);
    assert_eq!(bare["Resources"][0]["meta"].get("version"), None, "it has no version of its own");
    let taken = add(&mut provider, "Sales", &[]).await;
    assert_eq!((taken.status, &taken.body["scimType"]), (StatusCode::CONFLICT, &json!("uniqueness")));
    assert_eq!(
        taken.body["detail"],
        "There is a group sales already, whose display name is “sales”: names are compared in lower case with each run of other characters than a to z, digits, low lines and dots made one hyphen."
    );
}

#[tokio::test]
async fn a_group_keeps_its_name_when_it_is_called_otherwise() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let anna = portal.test.account("anna@example.test", MfaState::Enforced).await;
    let added = add(&mut provider, "Sales (EMEA)", &[&anna.id.to_string()]).await;
    let path = format!("/Groups/{}", added.id());
    let rename = json!({"displayName": "Vertrieb", "members": [{"value": anna.id.to_string()}]});
    let renamed = provider.ask(Method::PUT, &path, Some(rename)).await;
    assert_eq!(renamed.body["displayName"], "Vertrieb");
    let groups = portal.test.service.list_groups(OPERATOR, None, 10).await.unwrap();
    assert_eq!(groups, [("sales-emea".parse().unwrap(), 1)], "settings and grants go on meaning it");
    for nameless in ["日本", "---"] {
        let refused = add(&mut provider, nameless, &[]).await;
        assert_eq!(
            (refused.status, &refused.body["scimType"]),
            (StatusCode::BAD_REQUEST, &json!("invalidValue"))
        );
    }
}

#[tokio::test]
async fn members_with_a_role_are_neither_put_in_nor_taken_out() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let anna = portal.test.account("anna@example.test", MfaState::Enforced).await.id.to_string();
    let root = portal.test.administrator("root@example.test").await.id.to_string();
    let path = format!("/Groups/{}", add(&mut provider, "Staff", &[&anna, &root]).await.id());
    assert_eq!(names(&mut provider, &path).await, ["anna@example.test"]);
    let staff = "staff".parse().unwrap();
    portal.test.service.add_to_group(OPERATOR, &account_name("root@example.test"), staff).await.unwrap();
    let empty = json!({"Operations": [{"op": "remove", "path": "members"}]});
    assert_eq!(provider.ask(Method::PATCH, &path, Some(empty)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(names(&mut provider, &path).await, ["root@example.test"]);
}

#[tokio::test]
async fn members_must_be_users_and_versions_the_ones_that_were_read() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    let refused = add(&mut provider, "Staff", &[nobody]).await;
    assert_eq!(
        (refused.status, &refused.body["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("invalidValue"))
    );
    assert_eq!(provider.get("/Groups").await.body["totalResults"], 0, "nothing of it was done");
    let anna = portal.test.account("anna@example.test", MfaState::Enforced).await.id.to_string();
    let added = add(&mut provider, "Staff", &[]).await;
    let path = format!("/Groups/{}", added.id());
    let version = added.headers["etag"].to_str().unwrap().to_owned();
    let put_in = || -> Option<Value> {
        Some(json!({"Operations": [{"op": "add", "path": "members", "value": [{"value": anna}]}]}))
    };
    let changed = provider.ask_if(Method::PATCH, &path, put_in(), &[("if-match", &version)]).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    assert_eq!(changed.headers["etag"], provider.get(&path).await.headers["etag"]);
    for method in [Method::PATCH, Method::DELETE] {
        let refused = provider.ask_if(method, &path, put_in(), &[("if-match", &version)]).await;
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED);
    }
}
