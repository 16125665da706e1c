//! `GET /delivery/destinations`

use axum::extract::State;
use http::Uri;
use postern_service::shipping::Shipped;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{First, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Where records or notices are shipped to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeliveryDestination {
    #[schema(example = "audit to syslog")]
    destination: String,
    /// How many records it is behind.
    behind: u64,
    /// When something last arrived.
    #[schema(format = DateTime)]
    last_at: Option<String>,
    /// Since when nothing has gone well; null: all is well.
    #[schema(format = DateTime)]
    trouble_since: Option<String>,
    /// What the last attempt met with.
    trouble: Option<String>,
}

/// List where records and notices are shipped to
///
/// With how far each has come.
#[utoipa::path(get, path = "/api/v1/delivery/destinations", tag = "Notices", params(PageOf),
    responses((status = 200, body = Page<DeliveryDestination>)))]
pub(crate) async fn list_destinations(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<DeliveryDestination>, Problem> {
    let shipped = portal.service.shipped(caller.by()).await?;
    let key = |shipped: &Shipped| shipped.destination.to_string();
    Page::cut(shipped, First::Least, &asked, &uri, key, |shipped| {
        let record = shipped.record.as_ref();
        let trouble = record.and_then(|record| record.trouble.clone());
        let (trouble_since, trouble) = trouble.map(|(since, what)| (since.to_string(), what)).unzip();
        DeliveryDestination {
            destination: shipped.destination.to_string(),
            behind: shipped.behind,
            last_at: record.and_then(|record| record.shipped_at).map(|at| at.to_string()),
            trouble_since,
            trouble,
        }
    })
}
