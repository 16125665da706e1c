//! `meta.lastModified` and `meta.version`: what makes one another makes the other another, whoever did it, and a client that
//! asks for what changed since it last looked gets that and nothing else.

use std::time::Duration;

use http::{Method, StatusCode};
use postern_domain::account::GroupName;
use postern_domain::mfa::MfaState;
use postern_testkit::{OPERATOR, account_name};
use serde_json::{Value, json};

use super::provider::Provider;
use crate::tests::client::TestPortal;

const ANNA: &str = "anna@example.test";

/// A resource that is looked at again and again.
struct Watched {
    path: String,
    meta: Value,
}

impl Watched {
    async fn of(provider: &mut Provider, path: &str) -> Self {
        let meta = provider.get(path).await.body["meta"].clone();
        Self { path: path.to_owned(), meta }
    }

    /// Whether it became another since the last look. Version and moment agree on that; so does what a filter by the moment
    /// finds, and a list.
    async fn changed(&mut self, provider: &mut Provider, what: &str) -> bool {
        let answer = provider.get(&self.path).await;
        let meta = answer.body["meta"].clone();
        assert_eq!(answer.headers["etag"], meta["version"].as_str().unwrap(), "{what}");
        assert_eq!(meta["created"], self.meta["created"], "{what}");
        let [before, after] = [&self.meta, &meta].map(|meta| meta["lastModified"].as_str().unwrap());
        assert_eq!(meta["version"] != self.meta["version"], before != after, "{what}: {} {meta}", self.meta);
        assert!(before <= after, "{what}: {before} {after}");
        let (all, id) = self.path.rsplit_once('/').unwrap();
        let found = async |provider: &mut Provider, query: &str| {
            let list = provider.get(&format!("{all}{query}")).await.body;
            list["Resources"].as_array().unwrap().iter().find(|each| each["id"] == id).cloned()
        };
        assert_eq!(found(provider, "").await.unwrap()["meta"], meta, "{what}");
        let since = found(provider, &format!("?filter=meta.lastModified gt \"{before}\"")).await;
        assert_eq!(since.is_some(), before != after, "{what}");
        let changed = before != after;
        self.meta = meta;
        changed
    }
}

fn patch(operation: &Value) -> Option<Value> {
    Some(json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}))
}

/// A portal with Anna, and a group that a provider made.
async fn begun() -> (TestPortal, Provider, String, String) {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let anna = portal.test.account(ANNA, MfaState::Enforced).await.id;
    let group = json!({"displayName": "Staff", "members": []});
    let group = format!("/Groups/{}", provider.ask(Method::POST, "/Groups", Some(group)).await.id());
    (portal, provider, format!("/Users/{anna}"), group)
}

#[tokio::test]
async fn what_a_provider_changes_has_another_version_and_a_later_moment() {
    let (portal, mut provider, user_path, group_path) = begun().await;
    let mut user = Watched::of(&mut provider, &user_path).await;
    let mut staff = Watched::of(&mut provider, &group_path).await;
    assert_eq!(user.meta["lastModified"], user.meta["created"], "it was never changed");
    assert_eq!(staff.meta["lastModified"], staff.meta["created"], "it was never changed");
    let id = &user_path["/Users/".len()..];
    let member = json!([{ "value": id }]);
    let only = format!("members[value eq \"{id}\"]");
    // What is done; whether the user, and the group, is another by it.
    for (path, operation, is_user, is_group) in [
        (&user_path, json!({"op": "replace", "path": "displayName", "value": "Anna"}), true, false),
        (&user_path, json!({"op": "replace", "path": "displayName", "value": "Anna"}), false, false),
        (&user_path, json!({"op": "replace", "path": "title", "value": "Clerk"}), false, false),
        (&group_path, json!({"op": "add", "path": "members", "value": member}), true, true),
        (&group_path, json!({"op": "add", "path": "members", "value": member}), false, false),
        (&group_path, json!({"op": "replace", "path": "displayName", "value": "All staff"}), true, true),
        (
            &user_path,
            json!({"op": "replace", "path": "userName", "value": "anna.b@example.test"}),
            true,
            true,
        ),
        (&user_path, json!({"op": "replace", "path": "userName", "value": ANNA}), true, true),
        (&user_path, json!({"op": "replace", "path": "active", "value": "False"}), true, false),
        (&user_path, json!({"op": "replace", "path": "active", "value": "True"}), true, false),
        (&group_path, json!({"op": "remove", "path": only}), true, true),
    ] {
        portal.test.clock.advance(Duration::from_secs(1));
        let answer = provider.ask(Method::PATCH, path, patch(&operation)).await;
        assert!(answer.status.is_success(), "{operation}: {}", answer.body);
        let what = operation.to_string();
        assert_eq!(user.changed(&mut provider, &what).await, is_user, "{what}");
        assert_eq!(staff.changed(&mut provider, &what).await, is_group, "{what}");
    }
}

#[tokio::test]
async fn what_is_changed_by_hand_has_so_too_and_a_sign_in_changes_nothing() {
    let (portal, mut provider, user_path, group_path) = begun().await;
    let mut user = Watched::of(&mut provider, &user_path).await;
    let mut staff = Watched::of(&mut provider, &group_path).await;
    let service = &portal.test.service;
    let (name, renamed) = (account_name(ANNA), account_name("anna.lind@example.test"));
    let group = || "staff".parse::<GroupName>().unwrap();
    let secret = portal.test.app_password(ANNA, "Scanner 2nd floor").await.secret;
    // The clock stands still: each change has a moment of its own nevertheless.
    for (step, is_user, is_group) in [
        ("put into the group", true, true),
        ("given an alias", false, false),
        ("called otherwise", true, true),
        ("called as before", true, true),
        ("blocked", true, false),
        ("let in again", true, false),
        ("signed out", false, false),
        ("signs in at a door", false, false),
        ("taken out of the group", true, true),
        ("put in again", true, true),
    ] {
        match step {
            "given an alias" => {
                let alias = vec![account_name("a@example.test")];
                service.change_addresses(OPERATOR, &name, name.clone(), alias).await.map(drop).unwrap();
            }
            "called otherwise" => {
                service
                    .change_addresses(OPERATOR, &name, renamed.clone(), Vec::new())
                    .await
                    .map(drop)
                    .unwrap();
            }
            "called as before" => {
                service
                    .change_addresses(OPERATOR, &renamed, name.clone(), Vec::new())
                    .await
                    .map(drop)
                    .unwrap();
            }
            "blocked" => service.block_account(OPERATOR, &name).await.unwrap(),
            "let in again" => service.unblock_account(OPERATOR, &name).await.unwrap(),
            "signed out" => service.end_sessions(OPERATOR, &name).await.unwrap(),
            "signs in at a door" => drop(portal.test.sign_in(ANNA, secret.expose_canonical()).await),
            "taken out of the group" => {
                service.remove_from_group(OPERATOR, &name, &group()).await.map(drop).unwrap();
            }
            _ => service.add_to_group(OPERATOR, &name, group()).await.map(drop).unwrap(),
        }
        assert_eq!(user.changed(&mut provider, step).await, is_user, "{step}");
        assert_eq!(staff.changed(&mut provider, step).await, is_group, "{step}");
    }
    assert_eq!(provider.ask(Method::DELETE, &user_path, None).await.status, StatusCode::NO_CONTENT);
    assert!(staff.changed(&mut provider, "who was in it is deleted").await);
}

#[tokio::test]
async fn who_changed_since_a_moment_is_listed_in_pages_and_filtered_further() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let mut paths = Vec::new();
    for number in 0..6 {
        portal.test.clock.advance(Duration::from_secs(1));
        let user = json!({"userName": format!("user{number}@example.test"), "active": number != 4});
        paths.push(format!("/Users/{}", provider.ask(Method::POST, "/Users", Some(user)).await.id()));
    }
    let moment = provider.get(&paths[5]).await.body["meta"]["lastModified"].as_str().unwrap().to_owned();
    for number in [3, 1, 4] {
        portal.test.clock.advance(Duration::from_secs(1));
        let change = patch(&json!({"op": "add", "path": "displayName", "value": format!("User {number}")}));
        provider.ask(Method::PATCH, &paths[number], change).await;
    }
    let mut list = async |query: &str| {
        let list = provider.get(&format!("/Users?{query}")).await.body;
        let names = list["Resources"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|user| user["userName"].as_str().unwrap().to_owned()).collect();
        format!("{} of {}: {}", list["itemsPerPage"], list["totalResults"], names.join(" "))
            .replace("@example.test", "")
    };
    let since = format!("filter=meta.lastModified gt \"{moment}\"");
    assert_eq!(list(&since).await, "3 of 3: user1 user3 user4", "in an order that changes do not change");
    assert_eq!(list(&format!("{since}&startIndex=2&count=1")).await, "1 of 3: user3");
    assert_eq!(list(&format!("{since}&startIndex=9")).await, "0 of 3: ");
    assert_eq!(list(&format!("{since}&count=0")).await, "0 of 3: ");
    assert_eq!(list(&format!("{since} and active eq true")).await, "2 of 2: user1 user3");
    assert_eq!(list(&format!("{since} and active eq true&startIndex=2&count=5")).await, "1 of 2: user3");
    assert_eq!(
        list(&format!("filter=meta.lastModified ge \"{moment}\"")).await,
        "4 of 4: user1 user3 user4 user5"
    );
    let other_zone = moment.replace("Z", "-23:59");
    assert_eq!(list(&format!("filter=meta.lastModified ge \"{other_zone}\"")).await, "0 of 0: ");
    let owner = "owner-of-directory-write";
    assert_eq!(
        list(&format!("filter=not (meta.lastModified ge \"{moment}\")")).await,
        format!("3 of 3: {owner} user0 user2")
    );
    assert_eq!(
        list(&format!("filter=meta.lastModified lt \"{moment}\" and meta.created pr")).await,
        format!("3 of 3: {owner} user0 user2")
    );
    let refused = provider.get("/Users?filter=meta.lastModified gt \"yesterday\"").await;
    assert_eq!(
        (refused.status, &refused.body["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("invalidFilter"))
    );
}

#[tokio::test]
async fn what_of_the_protocol_there_is_cannot_be_filtered() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        assert_eq!(provider.get(path).await.status, StatusCode::OK);
        let refused = provider.get(&format!("{path}?filter=id eq \"User\"")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path} {}", refused.body);
    }
}

/// Every attribute of an answer stands in the schema, by its name and the names of its parts, and no other.
#[tokio::test]
async fn answers_have_the_attributes_of_their_schema_and_no_others() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let user = json!({
        "userName": ANNA, "externalId": "1", "displayName": "Anna Berg", "active": true,
        "name": {"givenName": "Anna", "familyName": "Berg"},
        "emails": [{"value": "a@example.test", "type": "work", "primary": true}]
    });
    let user = provider.ask(Method::POST, "/Users", Some(user)).await.id().to_owned();
    let group = json!({"displayName": "Staff", "externalId": "2", "members": [{ "value": user }]});
    let group = provider.ask(Method::POST, "/Groups", Some(group)).await.id().to_owned();
    // Those that every resource has are no part of a schema (RFC 7643 3.1).
    let common = ["schemas", "id", "meta"];
    for (path, kind) in [(format!("/Users/{user}"), "User"), (format!("/Groups/{group}"), "Group")] {
        let schema =
            provider.get(&format!("/Schemas/urn:ietf:params:scim:schemas:core:2.0:{kind}")).await.body;
        let resource = provider.get(&path).await.body;
        let mut seen = Vec::new();
        for (name, value) in resource.as_object().unwrap() {
            if common.contains(&name.as_str()) {
                continue;
            }
            seen.push(name.clone());
            let first = if let Value::Array(values) = value { &values[0] } else { value };
            seen.extend(first.as_object().into_iter().flatten().map(|(part, _)| format!("{name}.{part}")));
        }
        let mut told = Vec::new();
        for attribute in schema["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            told.push(name.to_owned());
            let parts = attribute["subAttributes"].as_array().into_iter().flatten();
            told.extend(parts.map(|part| format!("{name}.{}", part["name"].as_str().unwrap())));
        }
        seen.sort();
        told.sort();
        assert_eq!(seen, told, "{kind}");
    }
}
