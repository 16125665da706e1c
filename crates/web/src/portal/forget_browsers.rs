//! Forget browsers that are remembered: one, or all.

use axum::extract::State;

use super::{Portal, paths};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let one = match fields.find("browser") {
        Some(id) => Some(id.parse().map_err(|_| Problem::NoSuchPage)?),
        None => None,
    };
    portal.service.forget_browsers(inside.by(), one).await?;
    Ok(go(&format!("{}?done=browsers-forgotten", paths::SECURITY_INFO)))
}
