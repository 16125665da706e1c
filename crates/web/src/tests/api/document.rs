//! The OpenAPI document says what the router does.

use std::path::Path;

use serde_json::Value;

use super::{ANNA, portal};
use crate::api::{endpoints, openapi_document};

#[tokio::test]
async fn it_is_served_to_everybody_and_names_every_endpoint() {
    let portal = portal().await;
    let answer = portal.with("none").get("/api/v1/openapi.json").await;
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            documented.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let mut routed: Vec<String> =
        endpoints().iter().map(|endpoint| format!("{} {}", endpoint.method, endpoint.path)).collect();
    documented.sort();
    routed.sort();
    assert_eq!(documented, routed);
}

/// Every reference leads somewhere, every operation has a summary, a tag, a security requirement and a name of its own.
#[test]
fn it_is_whole() {
    let document: Value = serde_json::from_str(&openapi_document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut names = Vec::new();
    walk(&document, &mut |value| {
        if let Some(reference) = value["$ref"].as_str() {
            let name = reference.strip_prefix("#/components/schemas/").unwrap();
            assert!(schemas.contains_key(name), "{reference}");
        }
        if let Some(id) = value["operationId"].as_str() {
            names.push(id.to_owned());
            for part in ["summary", "tags", "security", "responses"] {
                assert!(!value[part].is_null(), "{id}: {part}");
            }
        }
    });
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), count), (endpoints().len(), endpoints().len()));
}

fn walk(value: &Value, look: &mut impl FnMut(&Value)) {
    look(value);
    match value {
        Value::Object(map) => map.values().for_each(|value| walk(value, look)),
        Value::Array(list) => list.iter().for_each(|value| walk(value, look)),
        _ => {}
    }
}

/// `cargo xtask generate` writes it.
#[test]
fn the_file_in_the_repository_is_this_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(kept == openapi_document(), "docs/reference/openapi.json is stale: run `cargo xtask generate`");
}

#[tokio::test]
async fn an_account_has_the_fields_that_the_document_names() {
    let portal = portal().await;
    let anna = portal.program(ANNA, "account.own").await;
    let document: Value = serde_json::from_str(&openapi_document()).unwrap();
    let account = anna.get("/api/v1/accounts/me").await.json();
    let schema = &document["components"]["schemas"]["Account"]["properties"];
    for name in schema.as_object().unwrap().keys() {
        assert!(
            !account[name].is_null() || ["securityIdentifier", "mayActFor"].contains(&name.as_str()),
            "{name}"
        );
    }
}
