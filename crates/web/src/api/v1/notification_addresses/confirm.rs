//! `POST /accounts/{account}/notification-addresses/{id}/confirm`

use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// The code that was sent to an address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentCode {
    /// Six digits.
    #[schema(example = "123456")]
    code: String,
}

/// Confirm a notification address of one's own account
///
/// From then on notices go there; the other addresses are told.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/notification-addresses/{id}/confirm", tag = "Notices",
    request_body = SentCode, responses((status = 204)))]
pub(crate) async fn confirm_notification_address(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, id)): Path<(String, String)>,
    Body(body): Body<SentCode>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("notification address"))?;
    let name = accounts::name_of(&portal, &caller, &account).await?;
    portal.service.confirm_notification_address(caller.by(), &name, id, &body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}
