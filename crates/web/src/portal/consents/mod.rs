//! Mailbox: what Postern may do in the person's mailbox, at providers that ask owners for their consent and at mail
//! servers that want the mailbox's own password.

pub(super) mod callback;
pub(super) mod connect;
pub(super) mod mailbox_password;
pub(super) mod withdraw;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_service::upstream::ConsentError;

use super::Portal;
use super::notice::Done;
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome, session_over};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{ConsentView, Moment, consent_warning};

#[derive(Template)]
#[template(path = "consents.html")]
struct ConsentsPage {
    chrome: Chrome,
    notice: Option<&'static str>,
    error: Option<String>,
    token: FormToken,
    account: String,
    warnings: Vec<String>,
    consents: Vec<ConsentView>,
    passwords: Vec<PasswordView>,
}

/// A mail server that wants the mailbox's own password.
struct PasswordView {
    upstream: String,
    set: Option<Moment>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(done): Query<Done>) -> Answer {
    page(&portal, &inside, StatusCode::OK, done.notice(), None).await
}

async fn page(
    portal: &Portal,
    inside: &Inside,
    status: StatusCode,
    notice: Option<&'static str>,
    error: Option<String>,
) -> Result<Response, Stop> {
    let (now, name) = (portal.now(), &inside.account().name);
    let offers = portal.service.consents_of(inside.by(), name).await.map_err(stop)?;
    let passwords = portal.service.mailbox_passwords_of(inside.by(), name).await.map_err(stop)?;
    let given = offers.iter().filter_map(|offer| offer.consent.as_ref());
    let page = ConsentsPage {
        chrome: Chrome::inside(portal, inside),
        notice,
        error,
        token: inside.token.clone(),
        account: name.to_string(),
        warnings: given.filter_map(|consent| consent_warning(consent, now)).collect(),
        consents: offers.iter().map(|offer| ConsentView::new(offer, now)).collect(),
        passwords: passwords
            .into_iter()
            .map(|offer| PasswordView {
                set: offer.set_at.map(|at| Moment::new(at, now)),
                upstream: offer.upstream,
            })
            .collect(),
    };
    Ok(page::html(status, &page)?)
}

/// What the owner is told on other pages too.
pub(super) async fn warnings(portal: &Portal, inside: &Inside) -> Result<Vec<String>, Stop> {
    let now = portal.now();
    let offers = portal.service.consents_of(inside.by(), &inside.account().name).await.map_err(stop)?;
    let given = offers.iter().filter_map(|offer| offer.consent.as_ref());
    Ok(given.filter_map(|consent| consent_warning(consent, now)).collect())
}

/// Errors that no text beside a form explains.
fn stop(error: ConsentError) -> Stop {
    match error {
        ConsentError::Failure(failure) => failure.into(),
        ConsentError::SessionOver => session_over().into(),
        // The session was good a moment ago, so its account was deleted or renamed meanwhile, or the name in the form
        // was never on the page.
        _ => Problem::NoSuchPage.into(),
    }
}
