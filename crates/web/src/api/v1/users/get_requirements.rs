//! `GET /users/{user}/authentication/requirements`

use axum::Json;
use axum::extract::{Path, State};

use super::StrongAuthenticationRequirements;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Get the per-user MFA state
///
/// As Microsoft Graph does it: the user is named by id or by user principal name.
#[utoipa::path(get, path = "/api/v1/users/{user}/authentication/requirements", tag = "Per-user MFA",
    responses((status = 200, body = StrongAuthenticationRequirements)))]
pub(crate) async fn get_requirements(
    State(portal): State<Portal>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<Json<StrongAuthenticationRequirements>, Problem> {
    let details = accounts::find(&portal, &caller, &user).await?;
    let per_user_mfa_state = details.account.mfa.name().to_owned();
    Ok(Json(StrongAuthenticationRequirements { per_user_mfa_state }))
}
