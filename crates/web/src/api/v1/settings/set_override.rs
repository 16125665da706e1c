//! `PUT /groups/{group}/settings/{name}`

use axum::extract::{Path, State};
use http::StatusCode;
use postern_service::api::Versioned;

use super::{NewValue, group_of, key_of};
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Give a group a value of its own
///
/// It holds for its members in the place of the organization's.
#[utoipa::path(put, path = "/api/v1/groups/{group}/settings/{name}", tag = "Settings", request_body = NewValue,
    responses((status = 204)))]
pub(crate) async fn set_override(
    State(portal): State<Portal>,
    caller: Caller,
    Path((group, name)): Path<(String, String)>,
    tags: Option<IfMatch>,
    Body(body): Body<NewValue>,
) -> Result<StatusCode, Problem> {
    let key = key_of(&name)?;
    let caller = caller.if_match(tags, Versioned::Setting(key));
    portal.service.set_override(caller.by(), &group_of(&group)?, key, &body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}
