//! `GET /consents`

use axum::extract::State;

use super::ConsentBody;
use crate::api::endpoint::Caller;
use crate::api::page::Page;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Most consents in the list.
const MOST: u32 = 1000;

/// List consents
///
/// At most 1,000, those that will be renewed next first.
#[utoipa::path(get, path = "/api/v1/consents", tag = "Consents", responses((status = 200, body = Page<ConsentBody>)))]
pub(crate) async fn list_consents(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Page<ConsentBody>, Problem> {
    let rows = portal.service.list_consents(caller.by(), MOST).await?;
    Ok(Page::whole(rows.into_iter().map(|row| {
        ConsentBody::new(row.account.to_string(), row.consent.provider.clone(), Some(&row.consent))
    })))
}
