//! `GET /audit-records.jsonl`

use axum::extract::State;
use axum::response::Response;

use super::Search;
use crate::admin::audit::export::{Format, write};
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Export audit records as JSON lines
///
/// All that are found, in the order of the chain. Sent while they are read; a file that breaks off ends without the last chunk.
#[utoipa::path(get, path = "/api/v1/audit-records.jsonl", tag = "Audit", params(Search),
    responses((status = 200, body = String, content_type = "application/jsonl")))]
pub(crate) async fn export_audit_records(
    State(portal): State<Portal>,
    caller: Caller,
    Asked(asked): Asked<Search>,
) -> Result<Response, Problem> {
    let search = asked.read()?;
    Ok(write(portal, caller, search, Format::JsonLines).await?)
}
