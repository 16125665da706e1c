//! `GET /inventory.jsonl`

use axum::extract::State;
use axum::response::Response;

use super::Asked;
use crate::admin::inventory::export::{Form, write};
use crate::api::body;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Export the inventory as JSON lines
///
/// One object a line. Sent while it is read; one that breaks off ends without the last chunk.
#[utoipa::path(get, path = "/api/v1/inventory.jsonl", tag = "Inventory", params(Asked),
    responses((status = 200, body = String, content_type = "application/jsonl")))]
pub(crate) async fn export_inventory_json_lines(
    State(portal): State<Portal>,
    caller: Caller,
    body::Asked(asked): body::Asked<Asked>,
) -> Result<Response, Problem> {
    let query = asked.query(1)?;
    Ok(write(portal, caller, query, Form::JsonLines).await?)
}
