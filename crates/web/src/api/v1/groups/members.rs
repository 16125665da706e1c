//! `GET /groups/{group}/members`

use axum::extract::{Path, State};
use http::Uri;
use postern_domain::account::{Account, GroupName};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::accounts::AccountBody;
use crate::portal::Portal;

/// Which page is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListMembers {
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// List the accounts in a group
///
/// In the order in which the accounts were made.
#[utoipa::path(get, path = "/api/v1/groups/{group}/members", tag = "Groups", params(ListMembers),
    responses((status = 200, body = Page<AccountBody>)))]
pub(crate) async fn list_group_members(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Path(group): Path<String>,
    Asked(asked): Asked<ListMembers>,
) -> Result<Page<AccountBody>, Problem> {
    let group: GroupName = group.parse().map_err(|_| Problem::not_found("group"))?;
    let limit = page::limit(asked.limit)?;
    let after = page::after(asked.cursor.as_deref(), &uri)?;
    let rows = portal.service.list_group(caller.by(), &group, after, limit + 1).await?;
    let end = |account: &Account| account.id.to_string();
    Ok(Page::of(rows, limit, &uri, end, |account| AccountBody::new(&account)))
}
