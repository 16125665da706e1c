//! `GET /account-password-programs.csv`

use axum::extract::State;
use axum::response::Response;

use super::Programs;
use crate::admin::mfa::programs;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Export the programs that use account passwords as CSV
///
/// All of them, from the first; safe against formulas in names.
#[utoipa::path(get, path = "/api/v1/account-password-programs.csv", tag = "Per-user MFA", params(Programs),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(crate) async fn export_programs(
    State(portal): State<Portal>,
    caller: Caller,
    Asked(asked): Asked<Programs>,
) -> Result<Response, Problem> {
    let filter = asked.filter(portal.now(), 1)?;
    Ok(programs::write(portal, caller, filter).await?)
}
