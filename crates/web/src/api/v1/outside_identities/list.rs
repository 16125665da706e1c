//! `GET /accounts/{account}/outside-identities`

use axum::extract::{Path, State};
use http::Uri;
use postern_service::outside::LinkedIdentity;

use super::IdentityBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// List the outside identities of an account
///
/// Oldest first; at most 10.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/outside-identities", tag = "Outside identities", params(PageOf),
    responses((status = 200, body = Page<IdentityBody>)))]
pub(crate) async fn list_outside_identities(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<IdentityBody>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let links = portal.service.outside_identities_of(caller.by(), &name).await?;
    let key = |link: &LinkedIdentity| page::by_time(link.identity.linked_at, link.identity.id);
    Page::cut(links, First::Least, &asked, &uri, key, IdentityBody::new)
}
