//! `DELETE /accounts/{account}/outside-identities/{id}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Take such a link away
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/outside-identities/{id}", tag = "Outside identities",
    responses((status = 204)))]
pub(crate) async fn unlink_outside_identity(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("outside identity"))?;
    let name = accounts::name_of(&portal, &caller, &account).await?;
    portal.service.unlink_outside_identity(caller.by(), &name, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
