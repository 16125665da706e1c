//! `GET /account-changes`

use axum::extract::State;

use super::ChangeBody;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List the changes to many accounts
///
/// The newest 200.
#[utoipa::path(get, path = "/api/v1/account-changes", tag = "Changes to many accounts",
    responses((status = 200, body = Page<ChangeBody>)))]
pub(crate) async fn list_account_changes(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Page<ChangeBody>, Problem> {
    let jobs = portal.service.list_bulk_changes(caller.by(), page::MOST).await?;
    Ok(Page::whole(jobs.iter().map(ChangeBody::new)))
}
