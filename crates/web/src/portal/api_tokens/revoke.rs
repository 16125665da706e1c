//! Revoke an API token. No question is asked: its text is worth nothing to keep, and another one is made at once.

use axum::extract::{Path, State};
use postern_domain::id::ApiTokenId;
use postern_service::api::ApiTokenError;

use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, paths};
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    _checked: Checked,
) -> Answer {
    let id: ApiTokenId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    match portal.service.revoke_api_token(inside.by(), id).await {
        Ok(_) => Ok(go(&format!("{}?done=token-revoked", paths::API_TOKENS))),
        Err(ApiTokenError::Failure(failure)) => Err(failure.into()),
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}
