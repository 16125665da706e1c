//! Remove an address, after a question.

use askama::Template;
use axum::extract::{Path, State};
use postern_service::notice::NotificationAddressError;

use super::{find, page_of, stop};
use crate::answer::Answer;
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::{Portal, paths, step_up};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "remove_notification_address.html")]
struct RemovePage {
    chrome: Chrome,
    token: FormToken,
    id: String,
    address: String,
    /// Notices go there now.
    in_use: bool,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let address = find(&portal, &inside, &id).await?;
    let page = RemovePage {
        chrome: Chrome::inside(&portal, &inside),
        token: inside.token.clone(),
        id: address.id.to_string(),
        address: address.address.to_string(),
        in_use: address.confirmed_at.is_some(),
    };
    Ok(page::ok(&page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let address = find(&portal, &inside, &id).await?;
    let here = format!("{}/remove", page_of(&address));
    let inside = step_up::confirm(&portal, inside, &fields, &here).await?;
    let name = &inside.account().name;
    match portal.service.remove_notification_address(inside.by(), name, address.id).await {
        Ok(()) => Ok(go(&format!("{}?done=address-removed", paths::NOTICES))),
        Err(NotificationAddressError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &here).await,
        Err(error) => Err(stop(error)),
    }
}
