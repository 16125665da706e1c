//! `PATCH /users/{user}/authentication/requirements`

use axum::extract::{Path, State};
use http::StatusCode;

use super::StrongAuthenticationRequirements;
use crate::api::body::{Body, Fields, read};
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Set the per-user MFA state
///
/// As Microsoft Graph does it. An account that has a method goes to `enforced` when `enabled` is asked for.
#[utoipa::path(patch, path = "/api/v1/users/{user}/authentication/requirements", tag = "Per-user MFA",
    request_body = StrongAuthenticationRequirements, responses((status = 204)))]
pub(crate) async fn update_requirements(
    State(portal): State<Portal>,
    caller: Caller,
    Path(user): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<StrongAuthenticationRequirements>,
) -> Result<StatusCode, Problem> {
    let mut fields = Fields::default();
    let wanted = fields.parse("/perUserMfaState", &body.per_user_mfa_state);
    fields.done()?;
    let caller = accounts::conditioned(&portal, caller, &user, tags).await?;
    let name = accounts::name_of(&portal, &caller, &user).await?;
    portal.service.set_mfa_state(caller.by(), &name, read(wanted)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
