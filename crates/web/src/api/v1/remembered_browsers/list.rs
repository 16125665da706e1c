//! `GET /remembered-browsers`

use axum::extract::State;
use http::Uri;
use postern_service::portal::RememberedBrowser as Remembered;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// A browser.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RememberedBrowser {
    id: String,
    /// What it calls itself.
    user_agent: String,
    /// From where it was remembered.
    address: String,
    #[schema(format = DateTime)]
    remembered_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

/// List one's remembered browsers
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/remembered-browsers", tag = "Sessions", params(PageOf),
    responses((status = 200, body = Page<RememberedBrowser>)))]
pub(crate) async fn list_remembered_browsers(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<RememberedBrowser>, Problem> {
    let browsers = portal.service.remembered_browsers(caller.by()).await?;
    let key = |browser: &Remembered| page::by_time(browser.remembered_at, browser.id);
    Page::cut(browsers, First::Greatest, &asked, &uri, key, |browser| RememberedBrowser {
        id: browser.id.to_string(),
        user_agent: browser.user_agent,
        address: browser.address.to_string(),
        remembered_at: browser.remembered_at.to_string(),
        expires_at: browser.expires_at.to_string(),
        last_used_at: browser.last_used_at.map(|at| at.to_string()),
    })
}
