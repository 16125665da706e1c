//! Delete an authentication method of somebody who lost it.

use axum::extract::{Path, State};
use postern_service::account::AccountError;

use super::{find, path_of, stop};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path((id, method)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let method = method.parse().map_err(|_| Problem::NoSuchPage)?;
    let action = format!("{}/methods/{method}/delete", path_of(&account));
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    match portal.service.delete_method_of(inside.by(), &account.name, method).await {
        Ok(()) => Ok(go(&format!("{}?done=method", path_of(&account)))),
        Err(AccountError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error) => Err(stop(error)),
    }
}
