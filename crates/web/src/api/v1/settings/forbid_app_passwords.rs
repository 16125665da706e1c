//! `POST /settings/users_may_create_app_passwords/forbid`

use axum::Json;
use axum::extract::State;
use postern_domain::setting::SettingKey;
use postern_service::api::Versioned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::group_of;
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// For whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forbid {
    /// The members of this group; null: everybody whose groups say nothing of it.
    group: Option<String>,
}

/// What was done beside it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppPasswordsForbidden {
    /// How many app passwords were revoked.
    app_passwords_revoked: u64,
}

/// Forbid app passwords, and revoke those that there are
///
/// Sets `users_may_create_app_passwords` to `false` and revokes in the same step. To keep those that there are, set the
/// setting alone.
#[utoipa::path(post, path = "/api/v1/settings/users_may_create_app_passwords/forbid", tag = "Settings",
    request_body = Forbid, responses((status = 200, body = AppPasswordsForbidden)))]
pub(crate) async fn forbid_app_passwords(
    State(portal): State<Portal>,
    caller: Caller,
    tags: Option<IfMatch>,
    Body(body): Body<Forbid>,
) -> Result<Json<AppPasswordsForbidden>, Problem> {
    let group = body.group.as_deref().map(group_of).transpose()?;
    let caller = caller.if_match(tags, Versioned::Setting(SettingKey::UsersMayCreateAppPasswords));
    let app_passwords_revoked = portal.service.forbid_app_passwords(caller.by(), group.as_ref()).await?;
    Ok(Json(AppPasswordsForbidden { app_passwords_revoked }))
}
