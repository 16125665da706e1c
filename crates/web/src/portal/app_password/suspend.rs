//! Set an app password aside. No question is asked: it can be resumed.

use axum::extract::{Path, State};

use super::{Portal, find, gone};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    _checked: Checked,
) -> Answer {
    let (app_password, _) = find(&portal, &inside, &id).await?;
    portal.service.suspend_app_password(inside.by(), app_password.id).await.map_err(gone)?;
    Ok(go(&format!("/app-passwords/{}?done=suspended", app_password.id)))
}
