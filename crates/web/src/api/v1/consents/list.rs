//! `GET /consents`

use axum::extract::State;
use http::Uri;
use postern_service::upstream::{ConsentPlace, ConsentRow};

use super::ConsentBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List consents
///
/// By account in the order in which these were made, then by provider.
#[utoipa::path(get, path = "/api/v1/consents", tag = "Consents", params(PageOf),
    responses((status = 200, body = Page<ConsentBody>)))]
pub(crate) async fn list_consents(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<ConsentBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let after = page::after(asked.cursor.as_deref(), &uri)?;
    let rows = portal.service.list_consents(caller.by(), after.as_ref(), limit + 1).await?;
    let end = |row: &ConsentRow| ConsentPlace::of(&row.consent).to_string();
    Ok(Page::of(rows, limit, &uri, end, |row| {
        ConsentBody::new(row.account.to_string(), row.consent.provider.clone(), Some(&row.consent))
    }))
}
