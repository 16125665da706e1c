//! `DELETE /settings/{name}`

use axum::extract::{Path, State};
use http::StatusCode;

use super::key_of;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Take a setting back
///
/// So that its default holds.
#[utoipa::path(delete, path = "/api/v1/settings/{name}", tag = "Settings", responses((status = 204)))]
pub(crate) async fn unset_setting(
    State(portal): State<Portal>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    portal.service.unset_setting(caller.by(), key_of(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
