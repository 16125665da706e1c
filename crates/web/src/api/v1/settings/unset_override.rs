//! `DELETE /groups/{group}/settings/{name}`

use axum::extract::{Path, State};
use http::StatusCode;

use super::{group_of, key_of};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Take a group's own value back
#[utoipa::path(delete, path = "/api/v1/groups/{group}/settings/{name}", tag = "Settings",
    responses((status = 204)))]
pub(crate) async fn unset_override(
    State(portal): State<Portal>,
    caller: Caller,
    Path((group, name)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    portal.service.unset_override(caller.by(), &group_of(&group)?, key_of(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
