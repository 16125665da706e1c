//! `/api/docs`: the API for people, made from the same document that programs read.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use postern_domain::api_token::Scope;
use serde_json::Value;

use super::endpoints;
use super::openapi::document;
use super::problem::ProblemKind;
use crate::answer::Answer;
use crate::middleware::Visit;
use crate::page::{self, Chrome};
use crate::portal::Portal;

/// What the page shows; the same for as long as the program runs.
static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::read);

struct Reference {
    sections: Vec<Section>,
    problems: Vec<ProblemView>,
    scopes: Vec<(&'static str, &'static str)>,
}

/// The endpoints of one tag.
struct Section {
    id: String,
    name: String,
    endpoints: Vec<EndpointView>,
}

struct EndpointView {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    scopes: Vec<&'static str>,
    parameters: Vec<FieldView>,
    body: Vec<FieldView>,
    answer: Option<(String, Vec<FieldView>)>,
}

struct FieldView {
    name: String,
    kind: String,
    about: String,
    is_required: bool,
}

struct ProblemView {
    name: &'static str,
    status: u16,
    title: &'static str,
    about: &'static str,
}

#[derive(Template)]
#[template(path = "api_docs.html")]
struct DocsPage {
    chrome: Chrome,
    origin: String,
    reference: &'static Reference,
}

pub(crate) async fn show(State(portal): State<Portal>, visit: Visit) -> Answer {
    let page = DocsPage {
        chrome: Chrome::outside(&portal, &visit),
        origin: portal.config.origin.to_string(),
        reference: &REFERENCE,
    };
    Ok(page::ok(&page)?)
}

impl Reference {
    fn read() -> Self {
        let document = serde_json::to_value(document()).unwrap_or_default();
        let mut sections: Vec<Section> = Vec::new();
        for endpoint in endpoints() {
            let method = endpoint.method.as_str();
            let operation = &document["paths"][endpoint.path][method.to_lowercase()];
            let name = text(&operation["tags"][0]);
            let view = EndpointView {
                id: text(&operation["operationId"]),
                method: method.to_owned(),
                path: endpoint.path.to_owned(),
                summary: text(&operation["summary"]),
                description: text(&operation["description"]),
                scopes: endpoint.need.scopes().into_iter().map(Scope::name).collect(),
                parameters: parameters(&document, operation),
                body: fields(&document, &operation["requestBody"]["content"][JSON]["schema"]),
                answer: answer(&document, operation),
            };
            match sections.iter_mut().find(|section| section.name == name) {
                Some(section) => section.endpoints.push(view),
                None => {
                    let id = name.to_lowercase().replace(' ', "-");
                    sections.push(Section { id: format!("section-{id}"), name, endpoints: vec![view] });
                }
            }
        }
        let problems = ProblemKind::ALL.iter().map(|kind| ProblemView {
            name: kind.name(),
            status: kind.status().as_u16(),
            title: kind.title(),
            about: kind.about(),
        });
        Self {
            sections,
            problems: problems.collect(),
            scopes: Scope::all().map(|scope| (scope.name(), scope.words())).collect(),
        }
    }
}

/// The kind of every body.
const JSON: &str = "application/json";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn parameters(document: &Value, operation: &Value) -> Vec<FieldView> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.map(|parameter| FieldView {
        name: text(&parameter["name"]),
        kind: text(&parameter["in"]),
        about: match kind(document, &parameter["schema"]) {
            of if of.starts_with(ONE_OF) => format!("{} {of}.", text(&parameter["description"])),
            _ => text(&parameter["description"]),
        },
        is_required: parameter["required"] == Value::Bool(true),
    })
    .collect()
}

fn answer(document: &Value, operation: &Value) -> Option<(String, Vec<FieldView>)> {
    let mut responses = operation["responses"].as_object()?.iter();
    let (status, response) = responses.find(|(status, _)| status.starts_with('2'))?;
    Some((status.clone(), fields(document, &response["content"][JSON]["schema"])))
}

/// The fields of an object, through references and the parts that it is made of.
fn fields(document: &Value, schema: &Value) -> Vec<FieldView> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return fields(document, &document["components"]["schemas"][name]);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().flat_map(|part| fields(document, part)).collect();
    }
    let is_required = |name: &str| {
        let names = schema["required"].as_array();
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| FieldView {
            name: name.clone(),
            kind: kind(document, property),
            about: text(&property["description"]),
            is_required: is_required(name),
        })
        .collect()
}

/// What a closed choice begins with.
const ONE_OF: &str = "One of ";

/// More words than a line has room for: the document has them.
const MANY_WORDS: usize = 20;

/// What a field is, in a word, or of which words it has one.
fn kind(document: &Value, schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return kind(document, &document["components"]["schemas"][name]);
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
        return match words.len() {
            many if many > MANY_WORDS => format!("{ONE_OF}{many} words, which the document has"),
            _ => format!("{ONE_OF}{}", words.join(", ")),
        };
    }
    if let Some(parts) = schema["oneOf"].as_array() {
        let part = parts.iter().find(|part| part["type"] != "null").unwrap_or(&Value::Null);
        return format!("{} or null", kind(document, part));
    }
    let of_items = || kind(document, &schema["items"]);
    match &schema["type"] {
        Value::String(array) if array == "array" && of_items().starts_with(ONE_OF) => {
            format!("array: {}", of_items())
        }
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "object".to_owned(),
    }
}
