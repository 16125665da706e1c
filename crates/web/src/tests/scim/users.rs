//! What holds for users, whoever provisions them.

use http::{Method, StatusCode};
use postern_domain::account::{AccountKind, Permission, Role};
use postern_domain::mfa::MfaState;
use postern_testkit::{OPERATOR, account_name};
use serde_json::{Value, json};

use super::provider::{Provider, is_sentences};
use crate::tests::client::TestPortal;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

async fn add(provider: &mut Provider, name: &str) -> String {
    let added =
        provider.ask(Method::POST, "/Users", Some(json!({"schemas": [USER], "userName": name}))).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    added.id().to_owned()
}

fn patch(operations: &Value) -> Option<Value> {
    Some(json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}))
}

#[tokio::test]
async fn an_account_with_a_role_is_shown_and_never_changed() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    for role in Role::ALL.iter().filter(|role| role.is_privileged()) {
        let name = format!("{}@example.test", role.name());
        let account = portal.test.add(&name, MfaState::Enforced, *role, AccountKind::Person).await;
        let path = format!("/Users/{}", account.id);
        let shown = provider.get(&path).await;
        assert_eq!((shown.status, shown.body["userName"].as_str()), (StatusCode::OK, Some(name.as_str())));
        let changes = [
            (Method::PATCH, patch(&json!([{"op": "replace", "path": "active", "value": false}]))),
            (
                Method::PATCH,
                patch(&json!([{"op": "add", "path": "emails", "value": [{"value": "x@example.test"}]}])),
            ),
            (
                Method::PATCH,
                patch(&json!([{"op": "replace", "path": "userName", "value": "x@example.test"}])),
            ),
            (Method::PATCH, patch(&json!([{"op": "add", "path": "externalId", "value": "x"}]))),
            (Method::PUT, Some(json!({"schemas": [USER], "userName": name, "active": false}))),
            (Method::DELETE, None),
        ];
        for (method, body) in changes {
            let refused = provider.ask(method.clone(), &path, body).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {}", refused.body);
            let detail = refused.body["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("{name} has the role {}", role.name())), "{detail}");
        }
        let same = json!({"schemas": [USER], "userName": name});
        assert_eq!(
            provider.ask(Method::PUT, &path, Some(same)).await.status,
            StatusCode::OK,
            "changes nothing"
        );
        assert_eq!(provider.get(&path).await.body, shown.body);
    }
}

#[tokio::test]
async fn a_block_of_somebody_else_stays() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let path = format!("/Users/{}", add(&mut provider, "anna@example.test").await);
    let mut activate = async |active: bool| {
        let set = patch(&json!([{"op": "replace", "path": "active", "value": active}]));
        provider.ask(Method::PATCH, &path, set).await.body["active"].clone()
    };
    assert_eq!(activate(false).await, false);
    assert_eq!(activate(true).await, true, "its own block is lifted");
    portal.test.service.block_account(OPERATOR, &account_name("anna@example.test")).await.unwrap();
    assert_eq!(activate(true).await, false, "that of somebody else is not");
    assert_eq!(activate(false).await, false);
    assert_eq!(activate(true).await, false, "also when it asked for a block in between");
    portal.test.service.unblock_account(OPERATOR, &account_name("anna@example.test")).await.unwrap();
    assert_eq!(activate(true).await, true);
}

#[tokio::test]
async fn what_is_taken_is_a_conflict_and_aliases_given_by_hand_stay() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let anna = add(&mut provider, "anna@example.test").await;
    let refused = provider.ask(Method::POST, "/Users", Some(json!({"userName": "Anna@example.test"}))).await;
    assert_eq!((refused.status, &refused.body["scimType"]), (StatusCode::CONFLICT, &json!("uniqueness")));
    let bert = add(&mut provider, "bert@example.test").await;
    let emails = |list: &[&str]| {
        let list: Vec<_> = list.iter().map(|address| json!({"value": address, "type": "other"})).collect();
        json!({"userName": "bert@example.test", "emails": list, "externalId": "1"})
    };
    let path = format!("/Users/{bert}");
    let refused = provider.ask(Method::PUT, &path, Some(emails(&["anna@example.test"]))).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    provider.ask(Method::PUT, &path, Some(emails(&["b@example.test", "c@example.test"]))).await;
    let taken = patch(&json!([{"op": "add", "path": "externalId", "value": "1"}]));
    assert_eq!(
        provider.ask(Method::PATCH, &format!("/Users/{anna}"), taken).await.status,
        StatusCode::CONFLICT
    );
    provider.ask(Method::PUT, &path, Some(emails(&["c@example.test"]))).await;
    let aliases = async || {
        let found =
            portal.test.service.find_account(OPERATOR, &account_name("bert@example.test")).await.unwrap();
        found.account.aliases.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(aliases().await, "c@example.test");
    let file = "name,aliases\nbert@example.test,c@example.test hand@example.test\n";
    let import = postern_service::directory::Import { file: file.as_bytes(), block_missing: None };
    let plan = portal.test.service.plan_import(OPERATOR, import).await.unwrap();
    portal.test.service.import_accounts(OPERATOR, &plan).await.unwrap();
    provider.ask(Method::PUT, &path, Some(emails(&["d@example.test"]))).await;
    assert_eq!(aliases().await, "d@example.test hand@example.test");
    provider.ask(Method::PUT, &path, Some(json!({"userName": "bert@example.test"}))).await;
    assert_eq!(aliases().await, "d@example.test hand@example.test", "without emails nothing is said of them");
}

#[tokio::test]
async fn a_version_that_was_changed_meanwhile_is_not_overwritten() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let path = format!("/Users/{}", add(&mut provider, "anna@example.test").await);
    let first = provider.get(&path).await;
    let version = first.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(first.body["meta"]["version"], version.as_str());
    let unchanged = provider.ask_if(Method::GET, &path, None, &[("if-none-match", &version)]).await;
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    let body = || patch(&json!([{"op": "replace", "path": "displayName", "value": "Anna"}]));
    let changed = provider.ask_if(Method::PATCH, &path, body(), &[("if-match", &version)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.headers["etag"], version.as_str());
    let requests = [
        (Method::PATCH, body()),
        (Method::PUT, Some(json!({"userName": "x@example.test"}))),
        (Method::DELETE, None),
    ];
    for (method, body) in requests {
        let refused = provider.ask_if(method.clone(), &path, body, &[("if-match", &version)]).await;
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{method}");
        assert_eq!(refused.body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
    }
    let deleted = provider.ask_if(Method::DELETE, &path, None, &[("if-match", "*")]).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn lists_are_paged_and_filtered() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    for number in 0..7 {
        portal.test.clock.advance(std::time::Duration::from_secs(1));
        add(&mut provider, &format!("user{number}@example.test")).await;
    }
    let mut list = async |query: &str| {
        let list = provider.get(&format!("/Users?{query}")).await.body;
        let names = list["Resources"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|user| user["userName"].as_str().unwrap_or("-").to_owned()).collect();
        let short = names.join(" ").replace("@example.test", "");
        format!("{} of {} from {}: {short}", list["itemsPerPage"], list["totalResults"], list["startIndex"])
    };
    let owner = "owner-of-directory-write";
    assert_eq!(list("count=2").await, format!("2 of 8 from 1: {owner} user0"));
    assert_eq!(list("startIndex=7&count=5").await, "2 of 8 from 7: user5 user6");
    assert_eq!(list("count=0").await, "0 of 8 from 1: ");
    assert_eq!(list("startIndex=99").await, "0 of 8 from 99: ");
    assert_eq!(list("filter=userName sw \"USER\"&startIndex=3&count=2").await, "2 of 7 from 3: user2 user3");
    assert_eq!(
        list("filter=userName eq \"user3@example.test\" or userName eq \"user5@example.test\"").await,
        "2 of 2 from 1: user3 user5"
    );
    assert_eq!(list("filter=userName eq \"no address\"").await, "0 of 0 from 1: ");
    assert_eq!(
        list("filter=active eq true and not (userName sw \"user\")").await,
        format!("1 of 1 from 1: {owner}")
    );
    assert_eq!(list("attributes=active&count=1").await, "1 of 8 from 1: -");
    let refused = provider.get("/Users?filter=userName is \"x\"").await;
    assert_eq!(
        (refused.status, &refused.body["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("invalidFilter"))
    );
}

#[tokio::test]
async fn more_emails_than_a_user_can_have_are_refused_before_they_are_compared() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let path = format!("/Users/{}", add(&mut provider, "anna@example.test").await);
    let emails = |from: usize, to: usize| {
        Value::from_iter((from..to).map(|place| json!({"value": format!("a{place}@example.test")})))
    };
    let adding = |from, to| json!({"op": "add", "path": "emails", "value": emails(from, to)});
    for (body, method) in [
        (json!({"userName": "anna@example.test", "emails": emails(0, 66)}), Method::PUT),
        (patch(&json!([adding(0, 66)])).unwrap(), Method::PATCH),
        (patch(&json!([adding(0, 40), adding(40, 80)])).unwrap(), Method::PATCH),
        // The transaction is open while a patch is carried out: this one takes hours if every pair is compared.
        (patch(&json!([adding(0, 60_000)])).unwrap(), Method::PATCH),
    ] {
        let refused = provider.ask(method, &path, Some(body)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.body["detail"], "Wrong value of emails: a user has at most 65.");
    }
    let allowed = provider.ask(Method::PATCH, &path, patch(&json!([adding(0, 60)]))).await;
    assert_eq!(allowed.status, StatusCode::OK, "{}", allowed.body);
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_scims_own_form() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let path = format!("/Users/{}", add(&mut provider, "anna@example.test").await);
    for body in [
        json!({"displayName": "Nobody"}),
        json!({"userName": "anna berg"}),
        json!({"userName": "anna@example.test", "emails": "x"}),
        json!({"userName": "anna@example.test", "active": "maybe"}),
        json!({"userName": "anna@example.test", "externalId": "a\nb"}),
    ] {
        let refused = provider.ask(Method::PUT, &path, Some(body)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
    provider
        .ask(Method::PATCH, &path, patch(&json!([{"op": "replace", "path": "colour", "value": "red"}])))
        .await;
    provider.ask(Method::PATCH, &path, patch(&json!([{"op": "replace", "path": "id", "value": "7"}]))).await;
    provider.ask(Method::PATCH, &path, patch(&json!([{"op": "move"}]))).await;
    provider.ask(Method::PATCH, &path, Some(json!([]))).await;
    provider.get("/Users/7").await;
    provider.get("/Devices").await;
    provider.ask(Method::POST, "/ServiceProviderConfig", None).await;
    let wrong_kind = provider.ask_if(Method::POST, "/Users", None, &[("content-type", "text/plain")]).await;
    assert_eq!(wrong_kind.status, StatusCode::BAD_REQUEST, "the first of two media types counts");
    insta::assert_snapshot!(provider.transcript());
}

#[tokio::test]
async fn another_token_or_none_opens_nothing() {
    let portal = TestPortal::open().await;
    let token = portal.token_for(Permission::ManageAccounts).await;
    let mut client = portal.client();
    let bare = client.get("/scim/v2/Users").await;
    assert_eq!(bare.status, StatusCode::UNAUTHORIZED);
    assert!(bare.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(bare.header("content-type"), "application/scim+json");
    let request =
        client.request(Method::GET, "/scim/v2/Users").header("authorization", format!("Bearer {token}"));
    let other = client.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    let body: Value = serde_json::from_str(&other.body).unwrap();
    assert_eq!(
        (&body["status"], &body["schemas"][0]),
        (&json!("403"), &json!("urn:ietf:params:scim:api:messages:2.0:Error"))
    );
    assert!(body["detail"].as_str().unwrap().contains("`directory.write`"), "{body}");
    let of_bare: Value = serde_json::from_str(&bare.body).unwrap();
    for said in [&body, &of_bare] {
        assert!(is_sentences(said["detail"].as_str().unwrap()), "{said}");
    }
    // A browser that is signed in is nobody here.
    let mut admin = portal.person("cookie@example.test").await;
    assert_eq!(admin.client.get("/scim/v2/Users").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_there_is_can_be_asked() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    provider.get("/ServiceProviderConfig").await;
    provider.get("/ResourceTypes").await;
    assert_eq!(provider.get("/ResourceTypes/Group").await.body["endpoint"], "/Groups");
    let user = provider.get(&format!("/Schemas/{USER}")).await.body;
    let names = user["attributes"].as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["userName", "externalId", "active", "displayName", "name", "emails", "groups"]
    );
    assert_eq!(provider.get("/Schemas").await.body["totalResults"], 2);
    assert_eq!(provider.get("/Schemas/urn:example").await.status, StatusCode::NOT_FOUND);
    insta::assert_snapshot!(provider.transcript());
}
