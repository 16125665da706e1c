//! `GET /refusals/{reference}`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::sign_in_events::EventBody;
use crate::portal::Portal;

/// Why a program was refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refusal {
    event: EventBody,
    /// The user name of the account, when it was known.
    account: Option<String>,
    /// The name of the app password, when one was recognised.
    app_password: Option<String>,
    /// What happened, in one plain sentence.
    what: String,
    /// The one thing to do about it.
    remedy: String,
}

/// Explain a refusal
///
/// By the reference that the program was told. One's own without `events.read`.
#[utoipa::path(get, path = "/api/v1/refusals/{reference}", tag = "Sign-in events",
    responses((status = 200, body = Refusal)))]
pub(crate) async fn get_refusal(
    State(portal): State<Portal>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<Refusal>, Problem> {
    let reference = reference.parse().map_err(|_| Problem::not_found("refusal"))?;
    let found = portal.service.look_up_refusal(caller.by(), reference).await?;
    Ok(Json(Refusal {
        event: EventBody::new(&found.event),
        account: found.account.map(|account| account.name.to_string()),
        app_password: found.app_password.map(|app_password| app_password.name.to_string()),
        what: found.what,
        remedy: found.remedy,
    }))
}
