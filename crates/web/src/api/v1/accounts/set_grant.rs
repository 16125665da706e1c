//! `PUT /accounts/{account}/impersonation-grant`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AccountBody;
use crate::api::body::{Body, Fields};
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::api::v1::grant::GrantInput;
use crate::portal::Portal;

/// A grant.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewGrant {
    /// The mailboxes that it may act for; null for none.
    may_act_for: Option<GrantInput>,
}

/// Set the mailboxes that a service account may act for
#[utoipa::path(put, path = "/api/v1/accounts/{account}/impersonation-grant", tag = "Accounts",
    request_body = NewGrant, responses((status = 200, body = AccountBody, headers(("ETag" = String)))))]
pub(crate) async fn set_impersonation_grant(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<NewGrant>,
) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    let grant = body.may_act_for.as_ref().and_then(|grant| grant.read("/mayActFor", &mut fields));
    fields.done()?;
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    let account = portal.service.set_impersonation_grant(caller.by(), &name, grant).await?;
    Ok(super::tagged_account(&account))
}
