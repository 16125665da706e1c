//! App passwords.

pub(super) mod apple_profile;
mod body;
pub(super) mod change;
pub(super) mod create;
pub(super) mod device_settings;
pub(super) mod end_overlap;
pub(super) mod get;
pub(super) mod history;
mod input;
pub(super) mod list;
pub(super) mod resume;
pub(super) mod revoke;
pub(super) mod revoke_all;
pub(super) mod rotate;
pub(super) mod set_grant;
pub(super) mod suspend;

pub(crate) use body::{AppPasswordBody, CreatedBody};

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use postern_domain::id::AppPasswordId;
use postern_service::app_password::CreatedAppPassword;

use crate::api::idempotency::HoldsSecret;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// The id of a path.
fn id_of(text: &str) -> Result<AppPasswordId, Problem> {
    text.parse().map_err(|_| Problem::not_found("app password"))
}

/// An app password with its secret, this once.
fn with_secret(portal: &Portal, status: StatusCode, created: &CreatedAppPassword) -> Response {
    let path = format!("/api/v1/app-passwords/{}", created.app_password.id);
    let body = Json(CreatedBody::new(created, portal.now()));
    let mut response = (status, [(header::LOCATION, path.clone())], body).into_response();
    response.extensions_mut().insert(HoldsSecret(path));
    response
}
