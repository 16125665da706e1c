//! `DELETE /accounts/{account}/app-passwords`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::revoke::RevokeReason;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// What was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Revoked {
    /// How many were revoked.
    revoked: u64,
}

/// Revoke all app passwords of an account
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/app-passwords", tag = "App passwords",
    params(RevokeReason), responses((status = 200, body = Revoked)))]
pub(crate) async fn revoke_all_app_passwords(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    Asked(asked): Asked<RevokeReason>,
) -> Result<Json<Revoked>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let revoked = portal.service.revoke_all_app_passwords(caller.by(), &name, asked.reason()).await?;
    Ok(Json(Revoked { revoked }))
}
