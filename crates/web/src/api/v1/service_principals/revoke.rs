//! `DELETE /service-principals/{id}`

use axum::extract::{Path, State};
use http::StatusCode;

use super::id_of;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Revoke a service principal
///
/// Its access tokens end with it.
#[utoipa::path(delete, path = "/api/v1/service-principals/{id}", tag = "Service principals",
    responses((status = 204)))]
pub(crate) async fn revoke_service_principal(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    portal.service.revoke_service_principal(caller.by(), id_of(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
