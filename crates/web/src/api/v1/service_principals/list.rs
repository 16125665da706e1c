//! `GET /service-principals`

use axum::extract::State;

use super::PrincipalBody;
use crate::api::endpoint::Caller;
use crate::api::page::Page;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List service principals
///
/// By name, the revoked ones too.
#[utoipa::path(get, path = "/api/v1/service-principals", tag = "Service principals",
    responses((status = 200, body = Page<PrincipalBody>)))]
pub(crate) async fn list_service_principals(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Page<PrincipalBody>, Problem> {
    let principals = portal.service.list_service_principals(caller.by()).await?;
    Ok(Page::whole(principals.iter().map(PrincipalBody::new)))
}
