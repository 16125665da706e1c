//! What is said of a mistake: whole sentences, whichever it is.

use http::Method;
use serde_json::{Value, json};

use super::provider::{Provider, is_sentences};
use crate::tests::client::TestPortal;

const NOTHING: &str = "00000000-0000-7000-8000-000000000000";

fn patch(operation: Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": Value::Array(vec![operation])})
}

async fn add(provider: &mut Provider, kind: &str, body: Value) -> String {
    let added = provider.ask(Method::POST, kind, Some(body)).await;
    format!("{kind}/{}", added.id())
}

/// Mistakes about users, of which `anna` is one, and another one is called bo@example.test.
fn about_users(anna: &str) -> Vec<(Method, String, Value)> {
    let user = |body: Value| {
        let mut body = body;
        body["userName"] = json!("anna@example.test");
        (Method::PUT, anna.to_owned(), body)
    };
    let change = |operation: Value| (Method::PATCH, anna.to_owned(), patch(operation));
    let many: Value = (0..66).map(|place| json!({"value": format!("a{place}@example.test")})).collect();
    let aliases: Value = (0..65).map(|place| json!({"value": format!("a{place}@example.test")})).collect();
    vec![
        (Method::PUT, anna.to_owned(), json!({})),
        (Method::PUT, anna.to_owned(), json!({"userName": "anna berg"})),
        (Method::PUT, anna.to_owned(), json!({"userName": format!("{}@example.test", "a".repeat(65))})),
        (Method::PUT, anna.to_owned(), json!({"userName": "bo@example.test"})),
        user(json!({"active": "maybe"})),
        user(json!({"externalId": "a\nb"})),
        user(json!({"externalId": "of bo"})),
        user(json!({"displayName": "a\nb"})),
        user(json!({"name": {"givenName": "x".repeat(300)}})),
        user(json!({"emails": "x"})),
        user(json!({"emails": ["x"]})),
        user(json!({"emails": [{"value": "x"}]})),
        user(json!({"emails": [{"value": "x@example.test", "type": "a\nb"}]})),
        user(json!({"emails": many})),
        user(json!({"emails": aliases})),
        change(json!({"op": "move"})),
        change(json!("x")),
        change(json!({"op": "remove"})),
        change(json!({"op": "add", "value": "x"})),
        change(json!({"op": "add", "path": "emails[", "value": "x"})),
        change(json!({"op": "add", "path": "colour", "value": "red"})),
        change(json!({"op": "add", "path": "id", "value": "7"})),
        change(json!({"op": "remove", "path": "userName"})),
        change(json!({"op": "add", "path": "userName.x", "value": "x"})),
        change(json!({"op": "add", "path": "active", "value": "maybe"})),
        change(json!({"op": "add", "path": "displayName", "value": 7})),
        change(json!({"op": "add", "path": "name", "value": "x"})),
        change(json!({"op": "add", "path": "name[a eq 1]", "value": "x"})),
        change(json!({"op": "add", "path": "name.givenName", "value": 7})),
        change(json!({"op": "add", "path": "emails.value", "value": "x"})),
        change(json!({"op": "add", "path": "emails[display eq \"x\"].value", "value": "x"})),
        (Method::PATCH, anna.to_owned(), json!({})),
        (Method::PATCH, anna.to_owned(), json!({"Operations": vec![json!({"op": "add"}); 1001]})),
        (Method::PATCH, anna.to_owned(), json!([])),
        (Method::PATCH, format!("/Users/{NOTHING}"), patch(json!({"op": "remove", "path": "externalId"}))),
        (Method::DELETE, "/Users/x".to_owned(), Value::Null),
    ]
}

/// Mistakes about groups, of which `sales` is one.
fn about_groups(sales: &str) -> Vec<(Method, String, Value)> {
    let group = |body: Value| (Method::POST, "/Groups".to_owned(), body);
    let change = |operation: Value| (Method::PATCH, sales.to_owned(), patch(operation));
    let search = json!({"op": "remove", "path": "members[display eq \"x\"]"});
    vec![
        group(json!({})),
        group(json!({"displayName": "\n"})),
        group(json!({"displayName": "\u{65e5}\u{672c}"})),
        group(json!({"displayName": "SALES"})),
        group(json!({"displayName": "EMEA", "externalId": 7})),
        group(json!({"displayName": "EMEA", "externalId": "a\nb"})),
        group(json!({"displayName": "EMEA", "externalId": "of sales"})),
        group(json!({"displayName": "EMEA", "members": [{}]})),
        group(json!({"displayName": "EMEA", "members": [{"value": "anna"}]})),
        group(json!({"displayName": "EMEA", "members": [{"value": NOTHING}]})),
        change(json!({"op": "remove", "path": "displayName"})),
        change(json!({"op": "add", "path": "displayName.x", "value": "x"})),
        change(json!({"op": "add", "path": "id", "value": "x"})),
        change(json!({"op": "add", "path": "colour", "value": "x"})),
        change(json!({"op": "add", "path": "members[display eq \"x\"]", "value": "x"})),
        (Method::PATCH, sales.to_owned(), json!({"Operations": vec![search; 101]})),
        (Method::GET, format!("/Groups/{NOTHING}"), Value::Null),
    ]
}

fn about_requests() -> Vec<(Method, String, Value)> {
    let get = |path: &str| (Method::GET, path.to_owned(), Value::Null);
    vec![
        get("/Users?count=many"),
        get("/Users?startIndex=x"),
        get("/Groups?filter=displayName is \"x\""),
        get("/Users?filter=meta.created gt \"yesterday\""),
        get("/Schemas?filter=id pr"),
        get("/Schemas/x"),
        get("/ResourceTypes/x"),
        get("/Devices"),
        (Method::POST, "/Schemas".to_owned(), Value::Null),
        (Method::POST, "/Users".to_owned(), Value::Null),
    ]
}

/// Every mistake that can be made, with what is there to make it with.
async fn mistakes(portal: &TestPortal, provider: &mut Provider) -> Vec<(Method, String, Value)> {
    let anna = add(provider, "/Users", json!({"userName": "anna@example.test"})).await;
    let bo = json!({"userName": "bo@example.test", "externalId": "of bo"});
    add(provider, "/Users", bo).await;
    let sales = json!({"displayName": "Sales", "externalId": "of sales"});
    let sales = add(provider, "/Groups", sales).await;
    let boss = portal.test.administrator("boss@example.test").await;
    let mut mistakes = about_users(&anna);
    mistakes.push((Method::DELETE, format!("/Users/{}", boss.id), Value::Null));
    mistakes.extend(about_groups(&sales));
    mistakes.extend(about_requests());
    mistakes
}

#[tokio::test]
async fn every_detail_is_of_whole_sentences() {
    let portal = TestPortal::open().await;
    let mut provider = portal.provider().await;
    let mut details = Vec::new();
    for (method, path, body) in mistakes(&portal, &mut provider).await {
        let body = (!body.is_null()).then_some(body);
        let refused = provider.ask(method.clone(), &path, body.clone()).await;
        assert!(refused.status.is_client_error(), "{method} {path} {body:?}: {}", refused.status);
        let detail = refused.body["detail"].as_str().unwrap_or_default().to_owned();
        assert!(is_sentences(&detail), "{method} {path} {body:?}: {detail}");
        if !details.contains(&detail) {
            details.push(detail);
        }
    }
    insta::assert_snapshot!(details.join("\n"), @r#"
    Wrong value of userName: every user needs one.
    Wrong value of userName: “anna berg” is not an e-mail address: write it as name@example.org. It must be an address that Postern can use.
    Wrong value of userName: “aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.test” is too long: an e-mail address has at most 254 characters, 64 of them before the @. It must be an address that Postern can use.
    Another account has this user name or one of these e-mail addresses already.
    Wrong value of active: it is true or false.
    Wrong value of externalId: not an external id: 1 to 256 visible characters, no white space at either end.
    Another one has this externalId already.
    Wrong value of displayName: not a name to be shown: 1 to 256 visible characters.
    Wrong value of name.givenName: not a name to be shown: 1 to 256 visible characters.
    Wrong value of emails: it is a list.
    Wrong value of emails: each is an object with a `value`.
    Wrong value of emails.value: “x” is not an e-mail address: write it as name@example.org. It must be an address that Postern can use.
    Wrong value of emails.type: not a name to be shown: 1 to 256 visible characters.
    Wrong value of emails: a user has at most 65.
    Too many e-mail addresses: an account has at most 64 beside its user name.
    The `op` of an operation is add, replace or remove.
    An operation is an object.
    The operation needs a path.
    The operation needs a path, or an object as its value.
    The path “emails[” is none: expected an attribute at character 8.
    A user has no attribute colour.
    The attribute id cannot be changed. Groups are changed by their own resource.
    Wrong value of userName: it cannot be taken away.
    The attribute userName has no parts.
    Wrong value of displayName: it is a text.
    Wrong value of name: it is an object.
    The attribute name has one value.
    Wrong value of name.givenName: it is a text.
    Which of the emails is meant must be said, as in emails[type eq "work"].value.
    A patch has a list `Operations`.
    A patch has at most 1000 operations: send several.
    The body is no JSON object: invalid type: sequence, expected a map at line 1 column 0.
    There is no such user.
    The account boss@example.test has the role global-administrator, and accounts with a role are not provisioned: an administrator changes them, or takes the role away first.
    Wrong value of displayName: every group needs one, a text.
    No name for the group can be made from “日本”: its letters a to z, digits, low lines and dots are kept in lower case and each run of anything else becomes one hyphen; what comes of it must have 1 to 64 characters.
    There is a group sales already, whose display name is “Sales”: names are compared in lower case with each run of other characters than a to z, digits, low lines and dots made one hyphen.
    Wrong value of externalId: it is a text.
    Wrong value of members: each is an object with a `value`.
    Wrong value of members: “anna” is the id of no user here: a member's `value` is the `id` of a user.
    The member 00000000-0000-7000-8000-000000000000 is no user here.
    Wrong value of displayName: it cannot be taken away.
    A group has no displayName.x.
    The attribute id of a group cannot be changed.
    The attribute colour of a group cannot be changed.
    Members are put in by their `value`.
    A patch looks for members at most 20 times: name them by `value`.
    There is no such group.
    Wrong value of count: it is a number.
    Wrong value of startIndex: it is a number.
    The filter cannot be read: expected an operator at character 13.
    The filter's “yesterday” is no moment, as 2026-11-22T14:15:54Z is one.
    What there is of the protocol is given whole and cannot be filtered.
    There is no such schema.
    There is no such resource type.
    There is no such resource.
    The field `Allow` names the methods.
    The body is no JSON object: EOF while parsing a value at line 1 column 0.
    "#);
}
