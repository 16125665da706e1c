//! The mailbox's own password at a mail server: entered, replaced, removed; never shown.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_service::upstream::{ConsentError, MailboxPasswordError};
use serde::Deserialize;

use super::{Portal, stop};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go, session_over};
use crate::portal::sign_in::sentence;
use crate::portal::{paths, step_up};
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "mailbox_password.html")]
struct MailboxPasswordPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    upstream: String,
    is_set: bool,
    error: Option<String>,
}

/// Which mail server.
#[derive(Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    upstream: String,
}

/// The question for the second factor comes before the form: passwords must not travel through it.
pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(which): Query<Which>) -> Answer {
    known(&portal, &inside, &which.upstream).await?;
    let here = address(&which.upstream);
    let inside = step_up::confirm_before(&portal, inside, &here).await?;
    page(&portal, &inside, &which.upstream, StatusCode::OK, None).await
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let upstream = fields.get("upstream");
    known(&portal, &inside, upstream).await?;
    let here = address(upstream);
    let inside = step_up::confirm_before(&portal, inside, &here).await?;
    match portal.service.set_mailbox_password(inside.by(), upstream, fields.get("password")).await {
        Ok(()) => Ok(go(&format!("{}?done=mailbox-password-set", paths::CONSENTS))),
        Err(MailboxPasswordError::StepUpNeeded) => step_up::ask_before(&portal, &inside, &here).await,
        Err(MailboxPasswordError::SessionOver) => Ok(session_over()),
        Err(MailboxPasswordError::Failure(failure)) => Err(failure.into()),
        Err(MailboxPasswordError::NoSuchUpstream) => Err(Problem::NoSuchPage.into()),
        Err(error @ MailboxPasswordError::Unfit) => {
            let text = sentence(&error);
            page(&portal, &inside, upstream, StatusCode::UNPROCESSABLE_ENTITY, Some(text)).await
        }
    }
}

pub(crate) async fn remove(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let name = &inside.account().name;
    match portal.service.remove_mailbox_password(inside.by(), name, fields.get("upstream")).await {
        Ok(()) | Err(ConsentError::NoSuchPassword) => {
            Ok(go(&format!("{}?done=mailbox-password-removed", paths::CONSENTS)))
        }
        Err(error) => Err(stop(error)),
    }
}

/// Where the form of a mail server is.
fn address(upstream: &str) -> String {
    let upstream: String = url::form_urlencoded::byte_serialize(upstream.as_bytes()).collect();
    format!("{}?upstream={upstream}", paths::MAILBOX_PASSWORD)
}

/// A mail server that wants a password; whether it has one.
async fn known(portal: &Portal, inside: &Inside, upstream: &str) -> Result<bool, Stop> {
    let offers = portal.service.mailbox_passwords_of(inside.by(), &inside.account().name).await;
    let offers = offers.map_err(stop)?;
    let found = offers.iter().find(|offer| offer.upstream == upstream);
    found.map(|offer| offer.set_at.is_some()).ok_or_else(|| Problem::NoSuchPage.into())
}

async fn page(
    portal: &Portal,
    inside: &Inside,
    upstream: &str,
    status: StatusCode,
    error: Option<String>,
) -> Result<Response, Stop> {
    let page = MailboxPasswordPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        account: inside.account().name.to_string(),
        upstream: upstream.to_owned(),
        is_set: known(portal, inside, upstream).await?,
        error,
    };
    Ok(page::html(status, &page)?)
}
