//! `POST /accounts/{account}/block`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Block an account
///
/// Nothing of it signs in any more, and its sessions end at once. Blocking a blocked one changes nothing.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/block", tag = "Accounts", responses((status = 204)))]
pub(crate) async fn block_account(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
) -> Result<StatusCode, Problem> {
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    portal.service.block_account(caller.by(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
