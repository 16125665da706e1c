//! `GET /settings/{name}`

use axum::Json;
use axum::extract::{Path, State};

use super::{SettingBody, key_of};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Get a setting
#[utoipa::path(get, path = "/api/v1/settings/{name}", tag = "Settings", responses((status = 200, body = SettingBody)))]
pub(crate) async fn get_setting(
    State(portal): State<Portal>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<SettingBody>, Problem> {
    let policy = portal.service.read_policy(caller.by()).await?;
    Ok(Json(SettingBody::new(key_of(&name)?, &policy)))
}
