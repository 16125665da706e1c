//! `GET /service-principals`

use axum::extract::State;
use http::Uri;
use postern_domain::api_token::ServicePrincipal;

use super::PrincipalBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{First, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List service principals
///
/// By name, the revoked ones too.
#[utoipa::path(get, path = "/api/v1/service-principals", tag = "Service principals", params(PageOf),
    responses((status = 200, body = Page<PrincipalBody>)))]
pub(crate) async fn list_service_principals(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<PrincipalBody>, Problem> {
    let principals = portal.service.list_service_principals(caller.by()).await?;
    let key = |principal: &ServicePrincipal| format!("{} {}", principal.name, principal.id);
    Page::cut(principals, First::Least, &asked, &uri, key, |principal| PrincipalBody::new(&principal))
}
