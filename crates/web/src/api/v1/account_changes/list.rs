//! `GET /account-changes`

use axum::extract::State;
use http::Uri;
use postern_service::account::BulkJob;

use super::ChangeBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Most changes in the list.
const MOST: u32 = 1000;

/// List the changes to many accounts
///
/// Newest first, at most 1,000.
#[utoipa::path(get, path = "/api/v1/account-changes", tag = "Changes to many accounts", params(PageOf),
    responses((status = 200, body = Page<ChangeBody>)))]
pub(crate) async fn list_account_changes(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<ChangeBody>, Problem> {
    let jobs = portal.service.list_bulk_changes(caller.by(), MOST).await?;
    let key = |job: &BulkJob| page::by_time(job.started_at, job.id);
    Page::cut(jobs, First::Greatest, &asked, &uri, key, |job| ChangeBody::new(&job))
}
