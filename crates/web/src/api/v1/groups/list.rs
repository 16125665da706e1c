//! `GET /groups`

use axum::extract::State;
use http::Uri;
use postern_domain::account::GroupName;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page, PageOf};
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
///
/// Sorted by name.
#[utoipa::path(get, path = "/api/v1/groups", tag = "Groups", params(PageOf),
    responses((status = 200, body = Page<Group>)))]
pub(crate) async fn list_groups(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<Group>, Problem> {
    let limit = page::limit(asked.limit)?;
    let after = page::after(asked.cursor.as_deref(), &uri)?;
    let groups = portal.service.list_groups(caller.by(), after.as_ref(), limit + 1).await?;
    let end = |(name, _): &(GroupName, u64)| name.to_string();
    Ok(Page::of(groups, limit, &uri, end, |(name, accounts)| Group { name: name.to_string(), accounts }))
}
