//! `GET /settings/{name}`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_service::api::Version;

use super::{SettingBody, key_of};
use crate::api::endpoint::Caller;
use crate::api::etag::tagged;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Get a setting
///
/// With the values that groups have of their own. `ETag` names its version for `If-Match`: a change of a group's value is one too.
#[utoipa::path(get, path = "/api/v1/settings/{name}", tag = "Settings",
    responses((status = 200, body = SettingBody, headers(("ETag" = String)))))]
pub(crate) async fn get_setting(
    State(portal): State<Portal>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let policy = portal.service.read_policy(caller.by()).await?;
    let key = key_of(&name)?;
    Ok(tagged(Version::of_setting(key, &policy), &SettingBody::new(key, &policy)))
}
