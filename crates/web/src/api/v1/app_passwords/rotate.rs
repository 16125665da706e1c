//! `POST /app-passwords/{id}/rotate`

use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_service::api::Versioned;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CreatedBody, id_of, with_secret};
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// How to rotate.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rotation {
    /// For how many seconds the old secret goes on working, at most 30 days; it ends at the first use of the new one.
    #[serde(default)]
    #[schema(example = 86400)]
    overlap_seconds: u64,
}

/// Give an app password a new secret
///
/// The answer holds the new secret, this once.
#[utoipa::path(post, path = "/api/v1/app-passwords/{id}/rotate", tag = "App passwords", request_body = Rotation,
    responses((status = 200, body = CreatedBody)))]
pub(crate) async fn rotate_app_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<Rotation>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let caller = caller.if_match(tags, Versioned::AppPassword(id));
    let overlap = Duration::from_secs(body.overlap_seconds);
    let rotated = portal.service.rotate_app_password(caller.by(), id, overlap).await?;
    Ok(with_secret(&portal, StatusCode::OK, &rotated))
}
