//! `GET /groups`

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::page::Page;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// A group.
#[derive(Serialize, ToSchema)]
pub(crate) struct Group {
    name: String,
    /// How many accounts are in it.
    accounts: u64,
}

/// List the groups that accounts are in
#[utoipa::path(get, path = "/api/v1/groups", tag = "Groups", responses((status = 200, body = Page<Group>)))]
pub(crate) async fn list_groups(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Page<Group>, Problem> {
    let groups = portal.service.list_groups(caller.by()).await?;
    Ok(Page::whole(groups.into_iter().map(|(name, accounts)| Group { name: name.to_string(), accounts })))
}
