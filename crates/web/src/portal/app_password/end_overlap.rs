//! End the old secret of a rotated app password before its time.

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
    portal.service.end_overlap(inside.by(), app_password.id).await.map_err(gone)?;
    Ok(go(&format!("/app-passwords/{}?done=old-secret-ended", app_password.id)))
}
