//! `DELETE /groups/{group}/settings/{name}`

use axum::extract::{Path, State};
use http::StatusCode;
use postern_service::api::Versioned;

use super::{group_of, key_of};
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Take a group's own value back
#[utoipa::path(delete, path = "/api/v1/groups/{group}/settings/{name}", tag = "Settings",
    responses((status = 204)))]
pub(crate) async fn unset_override(
    State(portal): State<Portal>,
    caller: Caller,
    Path((group, name)): Path<(String, String)>,
    tags: Option<IfMatch>,
) -> Result<StatusCode, Problem> {
    let key = key_of(&name)?;
    let caller = caller.if_match(tags, Versioned::Setting(key));
    portal.service.unset_override(caller.by(), &group_of(&group)?, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
