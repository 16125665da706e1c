//! The attributes that are kept (RFC 7643 7). Others of the core schema may be sent, and are dropped.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::Unfiltered;
use crate::portal::Portal;
use crate::scim::error::ScimError;
use crate::scim::schema;
use crate::scim::users::base;

pub(crate) async fn list(State(portal): State<Portal>, _: Unfiltered) -> Response {
    super::all(schemas(&base(&portal)))
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    super::one(schemas(&base(&portal)), &id, "schema")
}

fn schemas(base: &str) -> Vec<Value> {
    let each = |id: &str, name: &str, description: &str, attributes: Vec<Value>| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id,
            "name": name,
            "description": description,
            "attributes": attributes,
            "meta": {"resourceType": "Schema", "location": format!("{base}/Schemas/{id}")}
        })
    };
    vec![
        each(schema::USER, "User", "An account", user_attributes()),
        each(schema::GROUP, "Group", "A group of accounts", group_attributes()),
    ]
}

/// How an attribute differs from an optional text that a client may write.
#[derive(Clone, Copy, Default)]
struct Traits {
    kind: Option<&'static str>,
    many: bool,
    required: bool,
    case_exact: bool,
    read_only: bool,
    unique: bool,
}

fn attribute(name: &str, description: &str, traits: Traits, parts: Vec<Value>) -> Value {
    let mut attribute = json!({
        "name": name,
        "type": traits.kind.unwrap_or("string"),
        "multiValued": traits.many,
        "description": description,
        "required": traits.required,
        "caseExact": traits.case_exact,
        "mutability": if traits.read_only { "readOnly" } else { "readWrite" },
        "returned": "default",
        "uniqueness": if traits.unique { "server" } else { "none" }
    });
    if !parts.is_empty() {
        attribute["subAttributes"] = parts.into();
    }
    attribute
}

fn plain(name: &str, description: &str) -> Value {
    attribute(name, description, Traits::default(), Vec::new())
}

fn read_only(name: &str, description: &str) -> Value {
    attribute(
        name,
        description,
        Traits { read_only: true, case_exact: true, ..Traits::default() },
        Vec::new(),
    )
}

fn complex(name: &str, description: &str, many: bool, read_only: bool, parts: Vec<Value>) -> Value {
    attribute(
        name,
        description,
        Traits { kind: Some("complex"), many, read_only, ..Traits::default() },
        parts,
    )
}

fn truth(name: &str, description: &str) -> Value {
    attribute(name, description, Traits { kind: Some("boolean"), ..Traits::default() }, Vec::new())
}

/// `$ref`: the address of a resource of that kind.
fn reference(kind: &str, description: &str) -> Value {
    let traits = Traits { kind: Some("reference"), case_exact: true, read_only: true, ..Traits::default() };
    let mut attribute = attribute("$ref", description, traits, Vec::new());
    attribute["referenceTypes"] = json!([kind]);
    attribute
}

/// An attribute that has one of these values.
fn one_of(mut attribute: Value, values: &[&str]) -> Value {
    attribute["canonicalValues"] = json!(values);
    attribute
}

fn external_id() -> Value {
    let traits = Traits { case_exact: true, unique: true, ..Traits::default() };
    attribute("externalId", "The client's own name for it", traits, Vec::new())
}

fn user_attributes() -> Vec<Value> {
    let required = Traits { required: true, unique: true, ..Traits::default() };
    vec![
        attribute("userName", "The primary e-mail address", required, Vec::new()),
        external_id(),
        truth("active", "Whether the account may sign in; false blocks it and ends its sessions"),
        plain("displayName", "The name as people read it"),
        complex(
            "name",
            "The parts of the name",
            false,
            false,
            vec![
                plain("givenName", "The given name"),
                plain("familyName", "The family name"),
                read_only("formatted", "Both"),
            ],
        ),
        complex(
            "emails",
            "Addresses; those beside the user name are aliases",
            true,
            false,
            vec![
                plain("value", "The address"),
                plain("type", "What the client calls its kind"),
                truth("primary", "Whether the client calls it the first one"),
            ],
        ),
        complex(
            "groups",
            "The groups that the account is in",
            true,
            true,
            vec![
                read_only("value", "The group's id"),
                reference("Group", "The address of the group"),
                read_only("display", "Its display name"),
                one_of(read_only("type", "How the account is in it"), &["direct"]),
            ],
        ),
    ]
}

fn group_attributes() -> Vec<Value> {
    let required = Traits { required: true, unique: true, ..Traits::default() };
    vec![
        attribute("displayName", "What the group is called", required, Vec::new()),
        external_id(),
        complex(
            "members",
            "Who is in it",
            true,
            false,
            vec![
                attribute(
                    "value",
                    "The user's id",
                    Traits { case_exact: true, ..Traits::default() },
                    Vec::new(),
                ),
                reference("User", "The address of the user"),
                read_only("display", "The user name"),
                one_of(read_only("type", "What kind of resource it is"), &["User"]),
            ],
        ),
    ]
}
