//! `GET /tokens/{id}`

use axum::Json;
use axum::extract::{Path, State};

use super::{TokenBody, id_of};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Get an API token
#[utoipa::path(get, path = "/api/v1/tokens/{id}", tag = "API tokens", responses((status = 200, body = TokenBody)))]
pub(crate) async fn get_token(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<TokenBody>, Problem> {
    let found = portal.service.show_api_token(caller.by(), id_of(&id)?).await?;
    Ok(Json(TokenBody::new(&found, portal.now())))
}
