//! `DELETE /remembered-browsers`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// What was forgotten.
#[derive(Serialize, ToSchema)]
pub(crate) struct BrowsersForgotten {
    /// How many browsers.
    forgotten: u64,
}

/// Forget all of one's browsers
#[utoipa::path(delete, path = "/api/v1/remembered-browsers", tag = "Sessions",
    responses((status = 200, body = BrowsersForgotten)))]
pub(crate) async fn forget_all_browsers(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Json<BrowsersForgotten>, Problem> {
    Ok(Json(BrowsersForgotten { forgotten: portal.service.forget_browsers(caller.by(), None).await? }))
}
