//! `DELETE /accounts/{account}/mailbox-passwords/{upstream}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Remove a mailbox password
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/mailbox-passwords/{upstream}", tag = "Consents",
    responses((status = 204)))]
pub(crate) async fn remove_mailbox_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, upstream)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    portal.service.remove_mailbox_password(caller.by(), &name, &upstream).await?;
    Ok(StatusCode::NO_CONTENT)
}
