//! Register a passkey or security key.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_service::portal::{BegunCeremony, EnrolError, Registered};

use super::sign_in::sentence;
use super::{Portal, paths, recovery_codes, step_up};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::problem::Problem;
use crate::session::{Inside, Registrant};

#[derive(Template)]
#[template(path = "register_passkey.html")]
struct RegisterPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    /// It must be done before anything else.
    is_first: bool,
    begun: BegunCeremony,
    label: String,
    error: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, registrant: Registrant) -> Answer {
    page(&portal, &registrant, String::new(), StatusCode::OK, None).await
}

async fn page(
    portal: &Portal,
    registrant: &Registrant,
    label: String,
    status: StatusCode,
    error: Option<String>,
) -> Result<Response, Stop> {
    let begun = portal.service.begin_passkey_registration(registrant.session(), &portal.config.product).await;
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => return not_begun(portal, registrant, error, paths::REGISTER_PASSKEY).await,
    };
    let page = RegisterPage {
        chrome: registrant.chrome(portal),
        token: registrant.token(),
        account: registrant.account().name.to_string(),
        is_first: matches!(registrant, Registrant::Must(_)),
        begun,
        label,
        error,
    };
    Ok(page::html(status, &page)?)
}

/// What is answered when a registration cannot begin at `path`.
pub(super) async fn not_begun(
    portal: &Portal,
    registrant: &Registrant,
    error: EnrolError,
    path: &str,
) -> Answer {
    match (error, registrant) {
        (EnrolError::StepUpNeeded, Registrant::Inside(inside)) => {
            step_up::ask_before(portal, inside, path).await
        }
        (EnrolError::Failure(failure), _) => Err(failure.into()),
        (EnrolError::TooMany, _) => Ok(go(&format!("{}?done=too-many-methods", paths::SECURITY_INFO))),
        (EnrolError::NoPasskeysHere, _) => Err(Problem::NoSuchPage.into()),
        // The session ended, or waits for a second factor again.
        (_, _) => Ok(go(paths::SECURITY_INFO)),
    }
}

/// What follows a registration: the recovery codes with the first method, Security info with any other.
pub(super) fn registered(portal: &Portal, registrant: Registrant, registered: Registered) -> Answer {
    let (token, session, codes) = registered;
    let inside = Inside::rotated(registrant.into_visit(), &token, session);
    match codes {
        Some(codes) => recovery_codes::shown_once(portal, &inside, &codes),
        None => Ok(go(&format!("{}?done=registered", paths::SECURITY_INFO))),
    }
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    registrant: Registrant,
    Checked(fields): Checked,
) -> Answer {
    let (ceremony, label, answer) = (fields.get("ceremony"), fields.get("label"), fields.get("credential"));
    let finished =
        portal.service.finish_passkey_registration(registrant.session(), ceremony, label, answer).await;
    match finished {
        Ok(done) => registered(&portal, registrant, done),
        Err(error @ (EnrolError::PasskeyRefused | EnrolError::PasskeyTaken | EnrolError::RunOut)) => {
            let error = Some(sentence(&error));
            page(&portal, &registrant, label.to_owned(), StatusCode::FORBIDDEN, error).await
        }
        Err(error) => not_begun(&portal, &registrant, error, paths::REGISTER_PASSKEY).await,
    }
}
