//! `DELETE /tokens/{id}`

use axum::extract::{Path, State};
use http::StatusCode;

use super::id_of;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Revoke an API token
///
/// Any token may revoke itself (`id` from `GET /api/v1/me`): a program that finds one lying around ends it so.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "API tokens", responses((status = 204)))]
pub(crate) async fn revoke_token(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    portal.service.revoke_api_token(caller.by(), id_of(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
