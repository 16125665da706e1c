//! Register a telephone or a mailbox for codes: where to, then the code that was sent there.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::mfa::MethodKind;
use postern_service::portal::{Destination, EnrolError, SendCodeError};

use super::code::unsent;
use super::register_passkey::{not_begun, registered};
use super::sign_in::sentence;
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken};
use crate::page::{self, Chrome};
use crate::problem::Problem;
use crate::session::Registrant;

#[derive(Template)]
#[template(path = "register_message.html")]
struct RegisterPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    is_first: bool,
    by_mail: bool,
    action: &'static str,
    /// As typed.
    destination: String,
    /// A code was sent there.
    is_sent: bool,
    label: String,
    error: Option<String>,
}

pub(crate) async fn show_phone(state: State<Portal>, registrant: Registrant) -> Answer {
    show(state, registrant, MethodKind::TextMessage).await
}

pub(crate) async fn show_mailbox(state: State<Portal>, registrant: Registrant) -> Answer {
    show(state, registrant, MethodKind::EmailCode).await
}

pub(crate) async fn submit_phone(
    state: State<Portal>,
    registrant: Registrant,
    Checked(fields): Checked,
) -> Answer {
    submit(state, registrant, fields, MethodKind::TextMessage).await
}

pub(crate) async fn submit_mailbox(
    state: State<Portal>,
    registrant: Registrant,
    Checked(fields): Checked,
) -> Answer {
    submit(state, registrant, fields, MethodKind::EmailCode).await
}

const fn path_of(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::EmailCode => paths::REGISTER_MAILBOX,
        _ => paths::REGISTER_PHONE,
    }
}

async fn show(State(portal): State<Portal>, registrant: Registrant, kind: MethodKind) -> Answer {
    if !portal.service.offers_method(kind, registrant.account()) {
        return Err(Problem::NoSuchPage.into());
    }
    page(&portal, &registrant, &Fields::default(), kind, (StatusCode::OK, None, false))
}

fn page(
    portal: &Portal,
    registrant: &Registrant,
    fields: &Fields,
    kind: MethodKind,
    (status, error, is_sent): (StatusCode, Option<String>, bool),
) -> Result<Response, Stop> {
    let page = RegisterPage {
        chrome: registrant.chrome(portal),
        token: registrant.token(),
        account: registrant.account().name.to_string(),
        is_first: matches!(registrant, Registrant::Must(_)),
        by_mail: kind == MethodKind::EmailCode,
        action: path_of(kind),
        destination: fields.get("destination").to_owned(),
        is_sent,
        label: fields.get("label").to_owned(),
        error,
    };
    Ok(page::html(status, &page)?)
}

async fn submit(
    State(portal): State<Portal>,
    registrant: Registrant,
    fields: Fields,
    kind: MethodKind,
) -> Answer {
    if fields.find("code").is_some() {
        return finish(&portal, registrant, &fields, kind).await;
    }
    let again = |shown| page(&portal, &registrant, &fields, kind, shown);
    let typed = fields.get("destination");
    let destination = match kind {
        MethodKind::EmailCode => typed.parse().map(Destination::Mailbox).map_err(|error| sentence(&error)),
        _ => typed.parse().map(Destination::Phone).map_err(|error| sentence(&error)),
    };
    let destination = match destination {
        Ok(destination) => destination,
        Err(error) => return again((StatusCode::UNPROCESSABLE_ENTITY, Some(error), false)),
    };
    match portal.service.begin_message_registration(registrant.session(), destination).await {
        Ok(()) => again((StatusCode::OK, None, true)),
        Err(SendCodeError::StepUpNeeded) => {
            not_begun(&portal, &registrant, EnrolError::StepUpNeeded, path_of(kind)).await
        }
        Err(SendCodeError::TooManyMethods) => {
            not_begun(&portal, &registrant, EnrolError::TooMany, path_of(kind)).await
        }
        Err(error) => {
            let is_sent = matches!(error, SendCodeError::TooSoon);
            let (status, error) = unsent(error)?;
            again((status, Some(error), is_sent))
        }
    }
}

async fn finish(portal: &Portal, registrant: Registrant, fields: &Fields, kind: MethodKind) -> Answer {
    let (label, code) = (fields.get("label"), fields.get("code"));
    match portal.service.finish_message_registration(registrant.session(), label, code).await {
        Ok(done) => registered(portal, registrant, done),
        Err(error @ EnrolError::WrongSentCode) => {
            let shown = (StatusCode::FORBIDDEN, Some(sentence(&error)), true);
            page(portal, &registrant, fields, kind, shown)
        }
        Err(error) => not_begun(portal, &registrant, error, path_of(kind)).await,
    }
}
