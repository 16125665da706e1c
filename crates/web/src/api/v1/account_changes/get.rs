//! `GET /account-changes/{id}`

use axum::Json;
use axum::extract::{Path, State};

use super::{ChangeBody, id_of};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Get a change to many accounts
///
/// It has ended when `finishedAt` is there; 30 days later it is forgotten.
#[utoipa::path(get, path = "/api/v1/account-changes/{id}", tag = "Changes to many accounts",
    responses((status = 200, body = ChangeBody)))]
pub(crate) async fn get_account_change(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ChangeBody>, Problem> {
    let (job, _) = portal.service.show_bulk_change(caller.by(), id_of(&id)?, None, 1).await?;
    Ok(Json(ChangeBody::new(&job)))
}
