//! `POST /accounts/{account}/end-sessions`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// End the sessions of an account
///
/// Force sign-out: portal and door sessions end at once, and its consents at upstreams with them. App passwords and API
/// tokens stay.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/end-sessions", tag = "Accounts", responses((status = 204)))]
pub(crate) async fn end_sessions(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
) -> Result<StatusCode, Problem> {
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    portal.service.end_sessions(caller.by(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
