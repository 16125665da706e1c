//! `GET /settings`

use axum::extract::State;
use postern_domain::setting::SettingKey;

use super::SettingBody;
use crate::api::endpoint::Caller;
use crate::api::page::Page;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List the settings
///
/// With the values that groups have of their own.
#[utoipa::path(get, path = "/api/v1/settings", tag = "Settings",
    responses((status = 200, body = Page<SettingBody>)))]
pub(crate) async fn list_settings(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Page<SettingBody>, Problem> {
    let policy = portal.service.read_policy(caller.by()).await?;
    Ok(Page::whole(SettingKey::ALL.iter().map(|key| SettingBody::new(*key, &policy))))
}
