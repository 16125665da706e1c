//! `DELETE /app-passwords/{id}`

use axum::extract::{Path, State};
use http::StatusCode;
use postern_service::api::Versioned;
use serde::Deserialize;
use utoipa::IntoParams;

use super::id_of;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Why.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RevokeReason {
    /// Why, for whoever looks later; at most 256 characters.
    #[serde(default)]
    reason: String,
}

impl RevokeReason {
    pub(super) fn reason(&self) -> &str {
        &self.reason
    }
}

/// Revoke an app password
///
/// No sign-in that starts afterwards is accepted, and its live sessions end. It is still shown, so that its use is
/// reported by name.
#[utoipa::path(delete, path = "/api/v1/app-passwords/{id}", tag = "App passwords", params(RevokeReason),
    responses((status = 204)))]
pub(crate) async fn revoke_app_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    tags: Option<IfMatch>,
    Asked(asked): Asked<RevokeReason>,
) -> Result<StatusCode, Problem> {
    let id = id_of(&id)?;
    let caller = caller.if_match(tags, Versioned::AppPassword(id));
    portal.service.revoke_app_password(caller.by(), id, asked.reason()).await?;
    Ok(StatusCode::NO_CONTENT)
}
