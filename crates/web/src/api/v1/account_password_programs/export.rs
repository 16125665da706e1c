//! `GET /account-password-programs.csv`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header;

use super::ListPrograms;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Programs read at once.
const AT_ONCE: u32 = 1000;

/// Export the programs that use account passwords as CSV
///
/// All of them, from the first; safe against formulas in names.
#[utoipa::path(get, path = "/api/v1/account-password-programs.csv", tag = "Per-user MFA", params(ListPrograms),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(crate) async fn export_programs(
    State(portal): State<Portal>,
    caller: Caller,
    Asked(asked): Asked<ListPrograms>,
) -> Result<Response, Problem> {
    let filter = asked.filter(portal.now(), AT_ONCE)?;
    let text = portal.service.export_programs(caller.by(), filter).await?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response())
}
