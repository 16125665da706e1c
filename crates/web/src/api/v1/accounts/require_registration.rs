//! `POST /accounts/{account}/require-registration`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// How to demand it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RequireRegistration {
    /// Whether the methods that there are are deleted with it. Then the account password alone opens the registration.
    #[serde(default)]
    delete_methods: bool,
}

/// What was done beside it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistrationRequired {
    /// How many methods were deleted.
    methods_deleted: u32,
}

/// Demand that a method is registered anew
///
/// At the owner's next browser sign-in. Their portal sessions end; app passwords and API tokens stay.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/require-registration", tag = "Accounts",
    request_body = RequireRegistration, responses((status = 200, body = RegistrationRequired)))]
pub(crate) async fn require_registration(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<RequireRegistration>,
) -> Result<Json<RegistrationRequired>, Problem> {
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    let methods_deleted =
        portal.service.require_registration(caller.by(), &name, body.delete_methods).await?;
    Ok(Json(RegistrationRequired { methods_deleted }))
}
