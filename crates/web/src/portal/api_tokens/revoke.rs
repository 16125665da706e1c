//! Revoke an API token. No question is asked: its text is worth nothing to keep, and another one is made at once.

use axum::extract::{Path, State};
use postern_domain::id::ApiTokenId;
use postern_service::api::ApiTokenError;

use crate::answer::{Answer, Stop};
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
    revoke(&portal, &inside, &id).await?;
    Ok(go(&format!("{}?done=token-revoked", paths::API_TOKENS)))
}

/// Revokes a token of one's own, or for administrators anybody's; one that may not be seen is no page.
pub(crate) async fn revoke(portal: &Portal, inside: &Inside, id: &str) -> Result<(), Stop> {
    let id: ApiTokenId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    match portal.service.revoke_api_token(inside.by(), id).await {
        Ok(_) => Ok(()),
        Err(ApiTokenError::Failure(failure)) => Err(failure.into()),
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}
