//! `DELETE /sessions/{id}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// End a live session
///
/// Within a second, in the door's own words.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "Sessions", responses((status = 204)))]
pub(crate) async fn end_session(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("session"))?;
    portal.service.end_live_session(caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
