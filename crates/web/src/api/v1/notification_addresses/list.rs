//! `GET /accounts/{account}/notification-addresses`

use axum::extract::{Path, State};
use http::Uri;
use postern_domain::notice::NotificationAddress;

use super::AddressBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// List the notification addresses of an account
///
/// Beside the account's own address, at which its owner is always told; at most 3, oldest first.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/notification-addresses", tag = "Notices", params(PageOf),
    responses((status = 200, body = Page<AddressBody>)))]
pub(crate) async fn list_notification_addresses(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<AddressBody>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let listed = portal.service.notification_addresses_of(caller.by(), &name).await?;
    let key = |address: &NotificationAddress| page::by_time(address.added_at, address.id);
    Page::cut(listed, First::Least, &asked, &uri, key, |address| AddressBody::new(&address))
}
