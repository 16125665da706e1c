//! `GET /accounts/{account}`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_service::api::Version;

use super::AccountDetailsBody;
use crate::api::endpoint::Caller;
use crate::api::etag::tagged;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Get an account
///
/// With its authentication methods. `ETag` names its version for `If-Match`.
#[utoipa::path(get, path = "/api/v1/accounts/{account}", tag = "Accounts",
    responses((status = 200, body = AccountDetailsBody, headers(("ETag" = String)))))]
pub(crate) async fn get_account(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
) -> Result<Response, Problem> {
    let details = super::find(&portal, &caller, &account).await?;
    Ok(tagged(Version::of_account(&details.account), &AccountDetailsBody::new(&details)))
}
