//! The first administrator, by the one-time link that the machine's console shows.

use askama::Template;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use postern_domain::account::AccountName;
use postern_domain::account::password::AccountPassword;
use postern_service::portal::SetUpError;

use super::sign_in::{sentence, token_for};
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken};
use crate::middleware::Visit;
use crate::page::{self, Chrome, go};

#[derive(Template)]
#[template(path = "set_up.html")]
struct SetUpPage {
    chrome: Chrome,
    token: FormToken,
    /// The link is good; otherwise the page says how to get another.
    is_good: bool,
    /// Characters that a password has at least.
    least: String,
    name: String,
    /// What is wrong, and with which field.
    error: Option<(&'static str, String)>,
}

impl SetUpPage {
    fn wrong(&self, field: &str) -> Option<&str> {
        self.error.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, text)| text.as_str())
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Answer {
    let is_good = portal.service.setup_link_is_good(&token).await?;
    let page = SetUpPage {
        token: token_for(&portal, &visit, &headers),
        chrome: Chrome::outside(&portal, &visit),
        is_good,
        least: portal.service.settings().least_password_length.to_string(),
        name: String::new(),
        error: None,
    };
    Ok(page::html(if is_good { StatusCode::OK } else { StatusCode::NOT_FOUND }, &page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Path(token): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let (is_good, field, text) = match set_up(&portal, &token, &fields).await? {
        Ok(()) => return Ok(go(&format!("{}?done=set-up", paths::SIGN_IN))),
        Err(wrong) => wrong,
    };
    let page = SetUpPage {
        token: token_for(&portal, &visit, &headers),
        chrome: Chrome::outside(&portal, &visit),
        is_good,
        least: portal.service.settings().least_password_length.to_string(),
        name: fields.get("username").to_owned(),
        error: Some((field, text)),
    };
    Ok(page::html(if is_good { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::NOT_FOUND }, &page)?)
}

/// Does it, or says whether the link is still good, which field is wrong, and what is wrong with it.
async fn set_up(
    portal: &Portal,
    token: &str,
    fields: &Fields,
) -> Result<Result<(), (bool, &'static str, String)>, Stop> {
    let name: AccountName = match fields.get("username").parse() {
        Ok(name) => name,
        Err(error) => return Ok(Err((true, "username", format!("The user name is {error}.")))),
    };
    if fields.get("new") != fields.get("repeat") {
        let text = "The two passwords are not the same. Type the same one twice.";
        return Ok(Err((true, "repeat", text.to_owned())));
    }
    let password = AccountPassword::typed(fields.get("new"));
    Ok(match portal.service.set_up_first_administrator(token, name, password).await {
        Ok(_) => Ok(()),
        Err(error @ SetUpError::BadLink) => Err((false, "link", sentence(&error))),
        Err(error @ SetUpError::AddressTaken) => Err((true, "username", sentence(&error))),
        Err(SetUpError::UnfitPassword(unfit)) => Err((true, "new", format!("The password is {unfit}."))),
        Err(SetUpError::Failure(failure)) => return Err(failure.into()),
    })
}
