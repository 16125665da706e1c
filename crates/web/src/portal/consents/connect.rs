//! Connect the mailbox: to the provider, by a link that its owner follows.
//!
//! A redirect would be stopped by the policy that no form leads to another site (`form-action 'self'`), and the page in
//! between tells the owner at whose door they are to type their password.

use askama::Template;
use axum::extract::State;
use postern_service::upstream::{ConsentError, ConsentStart};

use super::{Portal, stop};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::{self, Chrome};
use crate::portal::{paths, step_up};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "connect_mailbox.html")]
struct ConnectPage {
    chrome: Chrome,
    provider: String,
    account: String,
    start: ConsentStart,
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let inside = step_up::confirm(&portal, inside, &fields, paths::CONNECT).await?;
    let provider = fields.get("provider");
    let start = match portal.service.begin_consent(&inside.session, provider).await {
        Ok(start) => start,
        Err(ConsentError::StepUpNeeded) => {
            return step_up::ask(&portal, &inside, &fields, paths::CONNECT).await;
        }
        Err(error) => return Err(stop(error)),
    };
    let page = ConnectPage {
        chrome: Chrome::inside(&portal, &inside),
        provider: provider.to_owned(),
        account: inside.account().name.to_string(),
        start,
    };
    Ok(page::ok(&page)?)
}
