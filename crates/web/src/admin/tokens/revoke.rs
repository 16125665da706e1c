//! Revoke somebody's API token. No question is asked: its owner makes another one at once.

use axum::extract::{Path, State};
use postern_domain::id::ApiTokenId;
use postern_service::api::ApiTokenError;

use crate::admin::paths;
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::Portal;
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
        Ok(_) => Ok(go(&format!("{}?done=token-revoked", paths::TOKENS))),
        Err(ApiTokenError::Failure(failure)) => Err(failure.into()),
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}
