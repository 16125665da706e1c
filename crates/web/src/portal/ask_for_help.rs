//! Ask the administrators about a refusal, with its facts attached.

use axum::extract::{Path, State};
use postern_domain::sign_in::RefusalReference;
use postern_service::refusal::AskForHelpError;

use super::Portal;
use super::sign_in::sentence;
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(reference): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let reference: RefusalReference = reference.parse().map_err(|_| Problem::NoSuchPage)?;
    match portal.service.ask_for_help(inside.by(), reference, fields.get("message")).await {
        // A second click finds it done.
        Ok(()) | Err(AskForHelpError::AskedBefore { .. }) => {
            Ok(go(&format!("/refusals?reference={reference}&done=asked")))
        }
        Err(AskForHelpError::Failure(failure)) => Err(failure.into()),
        Err(AskForHelpError::NotFound) => Err(Problem::NoSuchPage.into()),
        Err(error @ AskForHelpError::TooOften { .. }) => {
            let error = Some(sentence(&error));
            super::refusal::page(&portal, &inside, &reference.to_string(), None, error).await
        }
    }
}
