//! `GET /inventory`

use axum::extract::State;
use http::Uri;
use postern_service::inventory::InventoryQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::ItemBody;
use crate::api::body;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::words::{CredentialKindWord, DoorWord, InventoryFlagWord};
use crate::portal::Portal;

/// Which page of the inventory is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListInventory {
    /// Only those of this kind.
    #[param(value_type = Option<CredentialKindWord>)]
    kind: Option<String>,
    /// Only those with this flag.
    #[param(value_type = Option<InventoryFlagWord>)]
    flag: Option<String>,
    /// Only app passwords that are good for this door, and account passwords that were used there.
    #[param(value_type = Option<DoorWord>)]
    door: Option<String>,
    /// Only those of this account: one of its addresses.
    owner: Option<String>,
    /// Only those whose name begins so, in whatever case.
    name: Option<String>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50. A page can have fewer while there is a next one.
    limit: Option<u32>,
}

/// List the inventory
///
/// Every credential with which nobody answers a second factor, with what is wrong with it, one kind after the other. App
/// passwords in an order that suits the flag: the newest first, those unused for longest first, those that expire next first.
#[utoipa::path(get, path = "/api/v1/inventory", tag = "Inventory", params(ListInventory),
    responses((status = 200, body = Page<ItemBody>)))]
pub(crate) async fn list_inventory(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    body::Asked(asked): body::Asked<ListInventory>,
) -> Result<Page<ItemBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let place: Option<String> = page::after(asked.cursor.as_deref(), &uri)?;
    let ListInventory { kind, flag, door, owner, name, .. } = asked;
    let mut query = super::Asked { kind, flag, door, owner, name }.query(limit)?;
    query.after = match place {
        Some(place) => Some(InventoryQuery::place(&place).map_err(|_| page::no_cursor())?),
        None => None,
    };
    let list = portal.service.list_inventory(caller.by(), &query).await?;
    let now = portal.now();
    Ok(Page::up_to(list.items.iter().map(|item| ItemBody::new(item, now)), &uri, list.next_text()))
}
