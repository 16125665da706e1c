//! `GET /audit-records.csv`

use axum::extract::State;
use axum::response::Response;

use super::Search;
use crate::admin::audit::export::{Format, write};
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Export audit records as CSV
///
/// All that are found, in the order of the chain; safe against formulas. Sent while they are read.
#[utoipa::path(get, path = "/api/v1/audit-records.csv", tag = "Audit", params(Search),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(crate) async fn export_audit_records_csv(
    State(portal): State<Portal>,
    caller: Caller,
    Asked(asked): Asked<Search>,
) -> Result<Response, Problem> {
    let search = asked.read()?;
    Ok(write(portal, caller, search, Format::Csv).await?)
}
