//! `GET /app-passwords/{id}`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_service::api::Version;

use super::{AppPasswordBody, id_of};
use crate::api::endpoint::Caller;
use crate::api::etag::tagged;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Get an app password
///
/// Never with its secret. `ETag` names its version for `If-Match`.
#[utoipa::path(get, path = "/api/v1/app-passwords/{id}", tag = "App passwords",
    responses((status = 200, body = AppPasswordBody, headers(("ETag" = String)))))]
pub(crate) async fn get_app_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (app_password, _) = portal.service.show_app_password(caller.by(), id_of(&id)?).await?;
    let version = Version::of_app_password(&app_password);
    Ok(tagged(version, &AppPasswordBody::new(&app_password, portal.now())))
}
