//! `GET /account-changes/{id}/not-done`

use axum::extract::{Path, State};
use http::Uri;
use postern_domain::account::AccountName;
use postern_service::account::NotDone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::id_of;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Which page is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListNotDone {
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// An account that was not changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotChanged {
    account_id: String,
    account: String,
    /// Why not.
    reason: String,
}

/// List the accounts that a change left as they were
///
/// Sorted by name, each with why.
#[utoipa::path(get, path = "/api/v1/account-changes/{id}/not-done", tag = "Changes to many accounts",
    params(ListNotDone), responses((status = 200, body = Page<NotChanged>)))]
pub(crate) async fn list_not_done(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Path(id): Path<String>,
    Asked(asked): Asked<ListNotDone>,
) -> Result<Page<NotChanged>, Problem> {
    let limit = page::limit(asked.limit)?;
    let after: Option<AccountName> = page::after(asked.cursor.as_deref(), &uri)?;
    let shown = portal.service.show_bulk_change(caller.by(), id_of(&id)?, after.as_ref(), limit + 1);
    let (_, rows) = shown.await?;
    let end = |(_, name, _): &NotDone| name.to_string();
    Ok(Page::of(rows, limit, &uri, end, |(id, name, reason)| NotChanged {
        account_id: id.to_string(),
        account: name.to_string(),
        reason,
    }))
}
