//! The kinds of resources (RFC 7643 6).

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::Unfiltered;
use crate::portal::Portal;
use crate::scim::error::ScimError;
use crate::scim::schema;
use crate::scim::users::base;

pub(crate) async fn list(State(portal): State<Portal>, _: Unfiltered) -> Response {
    super::all(types(&base(&portal)))
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    super::one(types(&base(&portal)), &id, "resource type")
}

fn types(base: &str) -> Vec<Value> {
    let each = |id: &str, endpoint: &str, description: &str, schema: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": id,
            "name": id,
            "endpoint": endpoint,
            "description": description,
            "schema": schema,
            "meta": {"resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{id}")}
        })
    };
    vec![
        each("User", "/Users", "Accounts", schema::USER),
        each("Group", "/Groups", "Groups of accounts", schema::GROUP),
    ]
}
