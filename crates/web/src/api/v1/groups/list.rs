//! `GET /groups`

use axum::extract::State;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{First, Page, PageOf};
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
#[utoipa::path(get, path = "/api/v1/groups", tag = "Groups", params(PageOf),
    responses((status = 200, body = Page<Group>)))]
pub(crate) async fn list_groups(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<Group>, Problem> {
    let groups = portal.service.list_groups(caller.by()).await?;
    Page::cut(
        groups,
        First::Least,
        &asked,
        &uri,
        |(name, _)| name.to_string(),
        |(name, accounts)| Group { name: name.to_string(), accounts },
    )
}
