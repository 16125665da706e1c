//! `GET /mfa-states`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// How many accounts are in each MFA state.
#[derive(Serialize, ToSchema)]
pub(crate) struct MfaStates {
    disabled: u64,
    /// Their owners are to register a method.
    enabled: u64,
    enforced: u64,
}

/// Count accounts by MFA state
#[utoipa::path(get, path = "/api/v1/mfa-states", tag = "Per-user MFA", responses((status = 200, body = MfaStates)))]
pub(crate) async fn count_mfa_states(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Json<MfaStates>, Problem> {
    let counts = portal.service.count_mfa_states(caller.by()).await?;
    let (disabled, enabled, enforced) = (counts.disabled, counts.enabled, counts.enforced);
    Ok(Json(MfaStates { disabled, enabled, enforced }))
}
