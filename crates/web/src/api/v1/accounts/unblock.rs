//! `POST /accounts/{account}/unblock`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Unblock an account
///
/// Its app passwords work again too.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/unblock", tag = "Accounts", responses((status = 204)))]
pub(crate) async fn unblock_account(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
) -> Result<StatusCode, Problem> {
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    portal.service.unblock_account(caller.by(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
