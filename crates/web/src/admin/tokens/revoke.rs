//! Revoke somebody's API token. No question is asked: its owner makes another one at once.

use axum::extract::{Path, State};

use crate::admin::paths;
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::Portal;
use crate::portal::api_tokens::revoke::revoke;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    _checked: Checked,
) -> Answer {
    revoke(&portal, &inside, &id).await?;
    Ok(go(&format!("{}?done=token-revoked", paths::TOKENS)))
}
