//! `GET /inventory/counts`

use axum::extract::State;
use postern_service::inventory::{InventoryFlag, MOST_COUNTED};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::page::Page;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// How many credentials have a flag.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InventoryCount {
    /// The flag; null: all that are not revoked.
    flag: Option<&'static str>,
    count: u64,
    /// Whether there are more than `count`: beyond 10,000 of a kind nothing is counted.
    or_more: bool,
}

/// Count the inventory, flag by flag
#[utoipa::path(get, path = "/api/v1/inventory/counts", tag = "Inventory",
    responses((status = 200, body = Page<InventoryCount>)))]
pub(crate) async fn count_inventory(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Page<InventoryCount>, Problem> {
    let counts = portal.service.count_inventory(caller.by()).await?;
    Ok(Page::whole(counts.into_iter().map(|of| InventoryCount {
        flag: of.flag.map(InventoryFlag::name),
        count: of.count.min(MOST_COUNTED),
        or_more: of.count > MOST_COUNTED,
    })))
}
