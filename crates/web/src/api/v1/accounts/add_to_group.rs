//! `PUT /accounts/{account}/groups/{group}`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::account::GroupName;

use super::AccountBody;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Put an account into a group
#[utoipa::path(put, path = "/api/v1/accounts/{account}/groups/{group}", tag = "Accounts",
    responses((status = 200, body = AccountBody, headers(("ETag" = String)))))]
pub(crate) async fn add_to_group(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, group)): Path<(String, String)>,
    tags: Option<IfMatch>,
) -> Result<Response, Problem> {
    let group: GroupName = group.parse().map_err(|_| Problem::not_found("group"))?;
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    let account = portal.service.add_to_group(caller.by(), &name, group).await?;
    Ok(super::tagged_account(&account))
}
