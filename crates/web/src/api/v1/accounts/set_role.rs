//! `PUT /accounts/{account}/role`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AccountBody;
use crate::api::body::{Body, Fields, read};
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::api::v1::words::RoleWord;
use crate::portal::Portal;

/// A role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    #[schema(value_type = RoleWord)]
    role: String,
}

/// Set an account's role
///
/// What it may do for others, from its next request on. The last global administrator cannot be lost.
#[utoipa::path(put, path = "/api/v1/accounts/{account}/role", tag = "Accounts", request_body = NewRole,
    responses((status = 200, body = AccountBody, headers(("ETag" = String)))))]
pub(crate) async fn set_role(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<NewRole>,
) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    let role = fields.choose("/role", &body.role);
    fields.done()?;
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    Ok(super::tagged_account(&portal.service.set_role(caller.by(), &name, read(role)?).await?))
}
