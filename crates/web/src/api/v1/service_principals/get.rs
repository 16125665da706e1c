//! `GET /service-principals/{id}`

use axum::Json;
use axum::extract::{Path, State};

use super::{PrincipalBody, id_of};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Get a service principal
#[utoipa::path(get, path = "/api/v1/service-principals/{id}", tag = "Service principals",
    responses((status = 200, body = PrincipalBody)))]
pub(crate) async fn get_service_principal(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<PrincipalBody>, Problem> {
    let found = portal.service.show_service_principal(caller.by(), id_of(&id)?).await?;
    Ok(Json(PrincipalBody::new(&found)))
}
