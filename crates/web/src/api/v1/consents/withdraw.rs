//! `DELETE /accounts/{account}/consents/{provider}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Withdraw a consent
///
/// Its tokens are forgotten, on every server. The provider is not told: its owner can end it there too.
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/consents/{provider}", tag = "Consents",
    responses((status = 204)))]
pub(crate) async fn withdraw_consent(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, provider)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    portal.service.withdraw_consent(caller.by(), &name, &provider).await?;
    Ok(StatusCode::NO_CONTENT)
}
