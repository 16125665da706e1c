//! Add an address: a code is sent there.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::account::AccountName;
use postern_domain::notice::NotificationAddress;
use postern_service::notice::NotificationAddressError;

use super::{all, page_of, said};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::sign_in::sentence;
use crate::portal::{Portal, paths, step_up};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "add_notification_address.html")]
struct AddPage {
    chrome: Chrome,
    token: FormToken,
    /// As typed.
    address: String,
    most: usize,
    error: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    page(&portal, &inside, "", (StatusCode::OK, None))
}

fn page(
    portal: &Portal,
    inside: &Inside,
    address: &str,
    (status, error): (StatusCode, Option<String>),
) -> Result<Response, Stop> {
    let page = AddPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        address: address.to_owned(),
        most: NotificationAddress::MOST,
        error,
    };
    Ok(page::html(status, &page)?)
}

/// Also sends another code to an address that is not confirmed.
pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let typed = fields.get("address").trim().to_owned();
    let address: AccountName = match typed.parse() {
        Ok(address) => address,
        Err(error) => {
            let shown = (StatusCode::UNPROCESSABLE_ENTITY, Some(sentence(&error)));
            return page(&portal, &inside, &typed, shown);
        }
    };
    let inside = step_up::confirm(&portal, inside, &fields, paths::ADD_NOTIFICATION_ADDRESS).await?;
    let name = &inside.account().name;
    match portal.service.add_notification_address(inside.by(), name, address.clone()).await {
        Ok(added) => Ok(go(&page_of(&added))),
        Err(NotificationAddressError::StepUpNeeded) => {
            step_up::ask(&portal, &inside, &fields, paths::ADD_NOTIFICATION_ADDRESS).await
        }
        Err(error) => {
            let (status, error) = said(error)?;
            // One that is there already has a page of its own, with the code that was sent before.
            let known = all(&portal, &inside).await?.into_iter();
            let known = known.filter(|known| known.confirmed_at.is_none());
            match known.into_iter().find(|known| known.address == address) {
                Some(known) => super::confirm::page(&portal, &inside, &known, (status, Some(error))),
                None => page(&portal, &inside, &typed, (status, Some(error))),
            }
        }
    }
}
