//! `POST /app-passwords/{id}/end-overlap`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_service::api::{Version, Versioned};

use super::{AppPasswordBody, id_of};
use crate::api::endpoint::Caller;
use crate::api::etag::{IfMatch, tagged};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// End the old secret of a rotated app password
///
/// The sessions that were signed in with it end.
#[utoipa::path(post, path = "/api/v1/app-passwords/{id}/end-overlap", tag = "App passwords",
    responses((status = 200, body = AppPasswordBody, headers(("ETag" = String)))))]
pub(crate) async fn end_overlap(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    tags: Option<IfMatch>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let caller = caller.if_match(tags, Versioned::AppPassword(id));
    let changed = portal.service.end_overlap(caller.by(), id).await?;
    let version = Version::of_app_password(&changed);
    Ok(tagged(version, &AppPasswordBody::new(&changed, portal.now())))
}
