//! `DELETE /accounts/{account}/notification-addresses/{id}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Remove a notification address
///
/// All addresses are told, the removed one too.
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/notification-addresses/{id}", tag = "Notices",
    responses((status = 204)))]
pub(crate) async fn remove_notification_address(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("notification address"))?;
    let name = accounts::name_of(&portal, &caller, &account).await?;
    portal.service.remove_notification_address(caller.by(), &name, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
