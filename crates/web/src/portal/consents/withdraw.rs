//! Withdraw the consent to the mailbox.

use axum::extract::State;
use postern_service::upstream::ConsentError;

use super::{Portal, stop};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::paths;
use crate::session::Inside;

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let name = &inside.account().name;
    match portal.service.withdraw_consent(inside.by(), name, fields.get("provider")).await {
        // Withdrawn already, which is what was wanted.
        Ok(()) | Err(ConsentError::NoSuchConsent) => {
            Ok(go(&format!("{}?done=mailbox-withdrawn", paths::CONSENTS)))
        }
        Err(error) => Err(stop(error)),
    }
}
