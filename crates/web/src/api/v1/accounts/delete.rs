//! `DELETE /accounts/{account}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Delete an account
///
/// Its app passwords are revoked and its sessions end. It cannot be taken back.
#[utoipa::path(delete, path = "/api/v1/accounts/{account}", tag = "Accounts", responses((status = 204)))]
pub(crate) async fn delete_account(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
) -> Result<StatusCode, Problem> {
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    portal.service.delete_account(caller.by(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
