//! Confirm an address with the code that was sent there.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::notice::NotificationAddress;
use postern_service::notice::NotificationAddressError;

use super::{find, page_of, said};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::{Portal, paths, step_up};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "confirm_notification_address.html")]
struct ConfirmPage {
    chrome: Chrome,
    token: FormToken,
    id: String,
    address: String,
    error: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let address = find(&portal, &inside, &id).await?;
    if address.confirmed_at.is_some() {
        return Ok(go(paths::NOTICES));
    }
    page(&portal, &inside, &address, (StatusCode::OK, None))
}

pub(super) fn page(
    portal: &Portal,
    inside: &Inside,
    address: &NotificationAddress,
    (status, error): (StatusCode, Option<String>),
) -> Result<Response, Stop> {
    let page = ConfirmPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        id: address.id.to_string(),
        address: address.address.to_string(),
        error,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let address = find(&portal, &inside, &id).await?;
    let here = page_of(&address);
    let inside = step_up::confirm(&portal, inside, &fields, &here).await?;
    let (name, typed) = (&inside.account().name, fields.get("address_code"));
    match portal.service.confirm_notification_address(inside.by(), name, address.id, typed).await {
        Ok(()) => Ok(go(&format!("{}?done=address-confirmed", paths::NOTICES))),
        Err(NotificationAddressError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &here).await,
        Err(error) => {
            let (status, error) = said(error)?;
            page(&portal, &inside, &address, (status, Some(error)))
        }
    }
}
