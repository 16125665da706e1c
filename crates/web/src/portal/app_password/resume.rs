//! Let a suspended app password work again, with a fresh second factor.

use axum::extract::{Path, State};
use postern_service::app_password::AppPasswordError;

use super::{Portal, find, gone};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::step_up;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let (app_password, _) = find(&portal, &inside, &id).await?;
    let here = format!("/app-passwords/{}/resume", app_password.id);
    let inside = step_up::confirm(&portal, inside, &fields, &here).await?;
    match portal.service.resume_app_password(inside.by(), app_password.id).await {
        Ok(_) => Ok(go(&format!("/app-passwords/{}?done=resumed", app_password.id))),
        Err(AppPasswordError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &here).await,
        Err(error) => Err(gone(error)),
    }
}
