//! `GET /consents`

use axum::extract::State;
use http::Uri;
use postern_service::upstream::ConsentRow;

use super::ConsentBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{First, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Most consents in the list.
const MOST: u32 = 1000;

/// List consents
///
/// By account: at most 1,000, those that will be renewed next.
#[utoipa::path(get, path = "/api/v1/consents", tag = "Consents", params(PageOf),
    responses((status = 200, body = Page<ConsentBody>)))]
pub(crate) async fn list_consents(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<ConsentBody>, Problem> {
    let rows = portal.service.list_consents(caller.by(), MOST).await?;
    let key = |row: &ConsentRow| format!("{} {}", row.account, row.consent.provider);
    Page::cut(rows, First::Least, &asked, &uri, key, |row| {
        ConsentBody::new(row.account.to_string(), row.consent.provider.clone(), Some(&row.consent))
    })
}
