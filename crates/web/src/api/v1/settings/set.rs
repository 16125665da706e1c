//! `PUT /settings/{name}`

use axum::extract::{Path, State};
use http::StatusCode;
use postern_service::api::Versioned;

use super::{NewValue, key_of};
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Set a setting
///
/// For the whole organization, at once on every server.
#[utoipa::path(put, path = "/api/v1/settings/{name}", tag = "Settings", request_body = NewValue,
    responses((status = 204)))]
pub(crate) async fn set_setting(
    State(portal): State<Portal>,
    caller: Caller,
    Path(name): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<NewValue>,
) -> Result<StatusCode, Problem> {
    let key = key_of(&name)?;
    let caller = caller.if_match(tags, Versioned::Setting(key));
    portal.service.change_setting(caller.by(), key, &body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}
