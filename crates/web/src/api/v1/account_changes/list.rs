//! `GET /account-changes`

use axum::extract::State;
use http::Uri;

use super::ChangeBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List the changes to many accounts
///
/// Newest first. One that ended 30 days ago is forgotten.
#[utoipa::path(get, path = "/api/v1/account-changes", tag = "Changes to many accounts", params(PageOf),
    responses((status = 200, body = Page<ChangeBody>)))]
pub(crate) async fn list_account_changes(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<ChangeBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let before = page::after(asked.cursor.as_deref(), &uri)?;
    let jobs = portal.service.list_bulk_changes(caller.by(), before, limit + 1).await?;
    Ok(Page::of(jobs, limit, &uri, |job| job.id.to_string(), |job| ChangeBody::new(&job)))
}
