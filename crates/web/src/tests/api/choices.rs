//! Closed choices: each word stands in the document, is taken, and is named to whoever writes another.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use http::{Method, StatusCode};
use postern_domain::api_token::Scope;
use postern_domain::setting::SettingKey;
use postern_testkit::OPERATOR;
use serde_json::{Value, json};

use super::{ANNA, Answer, BO, PROGRAM, ROOT, portal};
use crate::api::{endpoints, openapi_document};

fn document() -> Value {
    serde_json::from_str(&openapi_document()).unwrap()
}

/// The words of a schema, through references, of lists too; none: it is no choice.
fn words(document: &Value, schema: &Value) -> Option<Vec<String>> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return words(document, &document["components"]["schemas"][name]);
    }
    if let Some(parts) = schema["oneOf"].as_array() {
        return parts.iter().find_map(|part| words(document, part));
    }
    if schema["items"].is_object() {
        return words(document, &schema["items"]);
    }
    let listed = schema["enum"].as_array()?;
    Some(listed.iter().map(|word| word.as_str().unwrap().to_owned()).collect())
}

/// What a request with a word that there is not is told: where, and every word that there is.
fn assert_told(answer: &Answer, pointer: &str, words: &[String]) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{pointer}: {}", answer.body);
    let told = answer.json();
    let errors = told["errors"].as_array().unwrap();
    let of_it = errors.iter().find(|error| error["pointer"] == pointer);
    let detail = of_it.unwrap_or_else(|| panic!("{pointer}: {told}"))["detail"].as_str().unwrap();
    for word in words {
        assert!(detail.contains(word.as_str()), "{pointer}: {word} is not in {detail:?}");
    }
}

fn texts_below(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_below(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// A text of an answer that stands in the code is one of a few, and is typed so: its words are then in the document. And no
/// error lists words by hand, beside the list of which the document is made.
#[test]
fn no_endpoint_has_a_choice_that_the_document_does_not_know() {
    let mut files = Vec::new();
    texts_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/v1"), &mut files);
    assert!(files.len() > 100, "{}", files.len());
    let (mut untyped, mut by_hand) = (Vec::new(), Vec::new());
    for (path, text) in &files {
        for line in text.lines().map(str::trim) {
            let is_field = line.ends_with(',') && !line.starts_with("//");
            // Sentences for people.
            let is_sentence = line.starts_with("summary:") || line.starts_with("takes:");
            if is_field && line.contains("&'static str") && !is_sentence {
                untyped.push(format!("{path}: {line}"));
            }
            let lists = line.contains("it takes ") || line.contains("It takes ");
            if lists && line.contains(" or ") && line.contains('"') && !line.contains("either") {
                by_hand.push(format!("{path}: {line}"));
            }
        }
    }
    assert!(untyped.is_empty(), "give them a type with words: {untyped:#?}");
    assert!(by_hand.is_empty(), "let `Fields::choose` say it: {by_hand:#?}");
}

/// Every query parameter with words takes each of them, and names them to whoever writes another.
#[tokio::test]
async fn every_choice_of_a_query() {
    let portal = portal().await;
    let every: Vec<&str> = Scope::all().map(Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    let document = document();
    let mut tried = BTreeSet::new();
    for endpoint in endpoints() {
        let method = endpoint.method.as_str().to_lowercase();
        let parameters = document["paths"][endpoint.path][method]["parameters"].as_array().cloned();
        for parameter in parameters.unwrap_or_default() {
            let name = parameter["name"].as_str().unwrap();
            let Some(words) = words(&document, &parameter["schema"]).filter(|_| parameter["in"] == "query")
            else {
                continue;
            };
            assert!(!endpoint.path.contains('{'), "{}: fill in its path", endpoint.path);
            portal.test.clock.advance(Duration::from_secs(60));
            for word in &words {
                let answer = root.get(&format!("{}?{name}={word}", endpoint.path)).await;
                assert_eq!(answer.status, StatusCode::OK, "{} {name}={word}: {}", endpoint.path, answer.body);
            }
            let other = root.get(&format!("{}?{name}=colour", endpoint.path)).await;
            assert_told(&other, &format!("?{name}"), &words);
            tried.insert(format!("{} {name}", endpoint.path));
        }
    }
    let least = [
        "/api/v1/account-password-programs kind",
        "/api/v1/account-password-programs mfaState",
        "/api/v1/account-password-programs.csv kind",
        "/api/v1/accounts kind",
        "/api/v1/accounts mfaState",
        "/api/v1/accounts role",
        "/api/v1/inventory door",
        "/api/v1/inventory flag",
        "/api/v1/inventory kind",
        "/api/v1/inventory.csv flag",
        "/api/v1/inventory.jsonl flag",
        "/api/v1/sign-in-events outcome",
        "/api/v1/sign-in-events place",
        "/api/v1/sign-in-report span",
    ];
    for one in least {
        assert!(tried.contains(one), "{one} has no words: {tried:#?}");
    }
}

/// A body with a field that has words, and where that is.
struct Choosing {
    schema: &'static str,
    method: Method,
    path: String,
    body: Value,
    pointer: &'static str,
}

fn choosing() -> Vec<Choosing> {
    let accounts = "/api/v1/accounts".to_owned();
    let preview = "/api/v1/account-changes/preview".to_owned();
    let of_crm = format!("/api/v1/accounts/{PROGRAM}/app-passwords");
    let app_password = "/api/v1/app-passwords/{id}".to_owned();
    let new = |schema, method, path: &String, body, pointer| Choosing {
        schema,
        method,
        path: path.clone(),
        body,
        pointer,
    };
    let matching = json!({ "change": "block", "matching": {} });
    let made = json!({ "name": "Contact form", "doors": ["smtp"] });
    let dora = json!({ "name": "dora@example.test" });
    let role = format!("/api/v1/accounts/{BO}/role");
    let graph = format!("/api/v1/users/{ANNA}/authentication/requirements");
    let requirements = "StrongAuthenticationRequirements";
    vec![
        new("NewAccount", Method::POST, &accounts, dora.clone(), "/kind"),
        new("NewAccount", Method::POST, &accounts, dora.clone(), "/role"),
        new("NewAccount", Method::POST, &accounts, dora, "/mfaState"),
        new("NewRole", Method::PUT, &role, json!({}), "/role"),
        new("AccountFilter", Method::POST, &preview, matching.clone(), "/matching/kind"),
        new("AccountFilter", Method::POST, &preview, matching.clone(), "/matching/mfaState"),
        new("AccountFilter", Method::POST, &preview, matching, "/matching/role"),
        new("NewAppPassword", Method::POST, &of_crm, made.clone(), "/doors/0"),
        new("NewAppPassword", Method::POST, &of_crm, made.clone(), "/sender"),
        new("NewAppPassword", Method::POST, &of_crm, made, "/profile"),
        new("AppPasswordChange", Method::PATCH, &app_password, json!({ "doors": ["smtp"] }), "/doors/0"),
        new("AppPasswordChange", Method::PATCH, &app_password, json!({}), "/sender"),
        new(requirements, Method::PATCH, &graph, json!({}), "/perUserMfaState"),
    ]
}

/// Puts `word` where `pointer` says.
fn with(body: &Value, pointer: &str, word: &str) -> Value {
    let mut body = body.clone();
    let (above, last) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(above).unwrap() {
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = json!(word),
        object => object[last] = json!(word),
    }
    body
}

/// Every field of a body with words takes each of them, and names them to whoever writes another.
#[tokio::test]
async fn every_choice_of_a_body() {
    let portal = portal().await;
    let every: Vec<&str> = Scope::all().map(Scope::name).collect();
    let root = portal.program(ROOT, &every.join(" ")).await;
    // A word that no policy allows is refused as such, not as unknown.
    let (key, all) = (SettingKey::CompatibleProfiles, "capitals-and-digits, sixteen-letters");
    portal.test.service.change_setting(OPERATOR, key, all).await.unwrap();
    let crms = portal.test.app_password(PROGRAM, "Scanner 2nd floor").await.app_password.id.to_string();
    let document = document();
    let mut tried = BTreeSet::new();
    for one in choosing() {
        let path = one.path.replace("{id}", &crms);
        let field = one.pointer.split('/').rfind(|part| part.parse::<usize>().is_err()).unwrap();
        let schema = &document["components"]["schemas"][one.schema]["properties"][field];
        let words = words(&document, schema).unwrap_or_else(|| panic!("{} {field} has no words", one.schema));
        portal.test.clock.advance(Duration::from_secs(60));
        let other = root.ask(one.method.clone(), &path, &with(&one.body, one.pointer, "colour")).await;
        assert_told(&other, one.pointer, &words);
        for word in &words {
            let answer = root.ask(one.method.clone(), &path, &with(&one.body, one.pointer, word)).await;
            // The word is taken, whatever becomes of it: the name may be taken by the word before, a list be empty.
            let errors = answer.json_or_null()["errors"].as_array().cloned().unwrap_or_default();
            let wrong = errors.iter().any(|error| error["pointer"] == one.pointer);
            assert!(!wrong && answer.status.as_u16() < 500, "{} {word}: {}", one.pointer, answer.body);
        }
        tried.insert((one.schema.to_owned(), field.to_owned()));
    }
    // Nothing that a body has words for was left out.
    let mut there = BTreeSet::new();
    for schema in bodies(&document) {
        let properties = document["components"]["schemas"][&schema]["properties"].as_object();
        for (field, property) in properties.into_iter().flatten() {
            if words(&document, property).is_some() {
                there.insert((schema.clone(), field.clone()));
            }
        }
    }
    assert_eq!(there, tried);
}

/// The schemas that bodies of requests are made of.
fn bodies(document: &Value) -> BTreeSet<String> {
    let mut left: Vec<Value> = Vec::new();
    for endpoint in endpoints() {
        let method = endpoint.method.as_str().to_lowercase();
        left.push(document["paths"][endpoint.path][method]["requestBody"].clone());
    }
    let mut found = BTreeSet::new();
    while let Some(value) = left.pop() {
        if let Some(name) = value["$ref"].as_str().and_then(|reference| reference.rsplit('/').next())
            && found.insert(name.to_owned())
        {
            left.push(document["components"]["schemas"][name].clone());
        }
        match value {
            Value::Object(map) => left.extend(map.into_values()),
            Value::Array(list) => left.extend(list),
            _ => {}
        }
    }
    found
}
