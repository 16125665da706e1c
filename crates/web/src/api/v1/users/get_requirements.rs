//! `GET /users/{user}/authentication/requirements`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_service::api::Version;

use super::StrongAuthenticationRequirements;
use crate::api::endpoint::Caller;
use crate::api::etag::tagged;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Get the per-user MFA state
///
/// As Microsoft Graph does it: the user is named by id or by user principal name. `ETag` is that of the account.
#[utoipa::path(get, path = "/api/v1/users/{user}/authentication/requirements", tag = "Per-user MFA",
    responses((status = 200, body = StrongAuthenticationRequirements, headers(("ETag" = String)))))]
pub(crate) async fn get_requirements(
    State(portal): State<Portal>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<Response, Problem> {
    let account = accounts::find(&portal, &caller, &user).await?.account;
    let body = StrongAuthenticationRequirements {
        per_user_mfa_state: account.mfa.name().to_owned(),
        _type: None,
        _context: None,
    };
    Ok(tagged(Version::of_account(&account), &body))
}
