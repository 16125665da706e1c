//! `GET /inventory/counts`

use axum::extract::State;
use http::Uri;
use postern_service::inventory::MOST_COUNTED;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::Asked;
use crate::api::choice::Word;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::api::v1::words::InventoryFlagWord;
use crate::portal::Portal;

/// How many credentials have a flag.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InventoryCount {
    /// The flag; null: all that are not revoked.
    flag: Option<InventoryFlagWord>,
    count: u64,
    /// Whether there are more than `count`: beyond 10,000 of a kind nothing is counted.
    or_more: bool,
}

/// Count the inventory, flag by flag
#[utoipa::path(get, path = "/api/v1/inventory/counts", tag = "Inventory", params(PageOf),
    responses((status = 200, body = Page<InventoryCount>)))]
pub(crate) async fn count_inventory(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<InventoryCount>, Problem> {
    let counts = portal.service.count_inventory(caller.by()).await?;
    let counts = counts.into_iter().enumerate().collect();
    Page::cut(
        counts,
        First::Least,
        &asked,
        &uri,
        |(place, _)| page::by_place(*place),
        |(_, of)| InventoryCount {
            flag: of.flag.map(Word),
            count: of.count.min(MOST_COUNTED),
            or_more: of.count > MOST_COUNTED,
        },
    )
}
