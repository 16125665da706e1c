//! `GET /service-principals`

use axum::extract::State;
use http::Uri;
use postern_domain::api_token::ServicePrincipal;
use postern_service::api::PrincipalPlace;

use super::PrincipalBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page, PageOf};
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
    let limit = page::limit(asked.limit)?;
    let after = page::after(asked.cursor.as_deref(), &uri)?;
    let rows = portal.service.list_service_principals(caller.by(), after.as_ref(), limit + 1).await?;
    let end = |principal: &ServicePrincipal| PrincipalPlace::of(principal).to_string();
    Ok(Page::of(rows, limit, &uri, end, |principal| PrincipalBody::new(&principal)))
}
