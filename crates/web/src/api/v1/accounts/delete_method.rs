//! `DELETE /accounts/{account}/methods/{method}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Delete an authentication method of an account
///
/// One's own, but not the last one: only a person deletes that, in the portal. With the scope for others any, the last one
/// too: the owner of an account under MFA registers another at the next browser sign-in.
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/methods/{method}", tag = "Accounts",
    responses((status = 204)))]
pub(crate) async fn delete_method(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, method)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let method = method.parse().map_err(|_| Problem::not_found("method"))?;
    if caller.get().is_for_own() && super::own(&portal, &caller, &account).await.is_ok() {
        portal.service.delete_method(caller.by(), method).await?;
    } else {
        let name = super::name_of(&portal, &caller, &account).await?;
        portal.service.delete_method_of(caller.by(), &name, method).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
