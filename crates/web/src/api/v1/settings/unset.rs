//! `DELETE /settings/{name}`

use axum::extract::{Path, State};
use http::StatusCode;
use postern_service::api::Versioned;

use super::key_of;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
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
    tags: Option<IfMatch>,
) -> Result<StatusCode, Problem> {
    let key = key_of(&name)?;
    let caller = caller.if_match(tags, Versioned::Setting(key));
    portal.service.unset_setting(caller.by(), key).await?;
    Ok(StatusCode::NO_CONTENT)
}
