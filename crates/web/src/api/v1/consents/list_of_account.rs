//! `GET /accounts/{account}/consents`

use axum::extract::{Path, State};
use http::Uri;
use postern_service::upstream::ConsentOffer;

use super::ConsentBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{First, Page, PageOf};
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// List the consents of an account
///
/// With every provider that asks owners, connected or not.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/consents", tag = "Consents", params(PageOf),
    responses((status = 200, body = Page<ConsentBody>)))]
pub(crate) async fn list_consents_of_account(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<ConsentBody>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let offers = portal.service.consents_of(caller.by(), &name).await?;
    let key = |offer: &ConsentOffer| offer.provider.clone();
    Page::cut(offers, First::Least, &asked, &uri, key, |offer| {
        ConsentBody::new(name.to_string(), offer.provider, offer.consent.as_ref())
    })
}
