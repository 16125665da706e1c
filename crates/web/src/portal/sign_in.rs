//! Sign in with the account password.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use postern_domain::account::password::AccountPassword;
use postern_domain::random;
use postern_service::portal::{PortalSignIn, Standing, StartPortalSessionError};

use super::notice::Done;
use super::outside::{self, ProviderButton};
use super::{Portal, paths};
use crate::answer::Answer;
use crate::cookies;
use crate::form::{Checked, FormToken};
use crate::middleware::Visit;
use crate::next::Next;
use crate::page::{self, Chrome, go};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    chrome: Chrome,
    token: FormToken,
    notice: Option<&'static str>,
    error: Option<String>,
    name: String,
    next: Next,
    outside: Vec<ProviderButton>,
    /// Whether browsers make passkeys for the portal.
    takes_passkeys: bool,
}

/// The form's token; a browser without a cookie gets one to bind the form to.
pub(super) fn token_for(portal: &Portal, visit: &Visit, headers: &HeaderMap) -> FormToken {
    match cookies::session(headers) {
        Some(session) => FormToken::of_session(&session),
        None => visitor_token(portal, visit, headers),
    }
}

/// The form's token of a browser whose session does not count.
fn visitor_token(portal: &Portal, visit: &Visit, headers: &HeaderMap) -> FormToken {
    if let Some(value) = cookies::visitor(headers) {
        return FormToken::of_visitor(value);
    }
    let value = URL_SAFE_NO_PAD.encode(random::bytes::<32>(&*portal.config.random));
    visit.set_cookie(cookies::set_visitor(&value));
    FormToken::of_visitor(&value)
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Query(done): Query<Done>,
) -> Answer {
    let next = Next::or_home(&done.next);
    let mut token = token_for(&portal, &visit, &headers);
    if let Some(session) = cookies::session(&headers) {
        match portal.service.resume_portal_session(&session).await? {
            Some(Standing::Full(_)) => return Ok(go(next.path())),
            Some(_) => {}
            // What begins here is bound to the visitor's cookie, which counts only without the other.
            None => {
                visit.set_cookie(cookies::forget_session());
                token = visitor_token(&portal, &visit, &headers);
            }
        }
    }
    let page = SignInPage {
        token,
        chrome: Chrome::outside(&portal, &visit),
        notice: done.notice(),
        error: None,
        name: String::new(),
        next,
        outside: outside::buttons(&portal),
        takes_passkeys: portal.service.takes_passkeys(),
    };
    Ok(page::ok(&page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Checked(fields): Checked,
) -> Answer {
    let next = Next::or_home(fields.get("next"));
    let started = portal
        .service
        .start_portal_session(PortalSignIn {
            name: fields.get("username").to_owned(),
            password: AccountPassword::typed(fields.get("password")),
            remembered: cookies::remembered(&headers),
            replaces: cookies::session(&headers),
            address: visit.address,
            user_agent: visit.user_agent.to_string(),
        })
        .await;
    let (status, error) = match started {
        Ok(started) => {
            visit.set_cookie(cookies::set_session(&started.token));
            return Ok(onward(&started.standing, &next));
        }
        Err(error @ StartPortalSessionError::Refused { .. }) => (StatusCode::FORBIDDEN, error),
        Err(error @ StartPortalSessionError::TryLater) => (StatusCode::TOO_MANY_REQUESTS, error),
        Err(StartPortalSessionError::Failure(failure)) => return Err(failure.into()),
    };
    let page = SignInPage {
        token: FormToken::of_cookies(&headers).ok_or(Problem::ForeignForm)?,
        chrome: Chrome::outside(&portal, &visit),
        notice: None,
        error: Some(sentence(&error)),
        name: fields.get("username").to_owned(),
        next,
        outside: outside::buttons(&portal),
        takes_passkeys: portal.service.takes_passkeys(),
    };
    Ok(page::html(status, &page)?)
}

pub(super) fn onward(standing: &Standing, next: &Next) -> Response {
    match standing {
        Standing::AwaitingSecondFactor(_) => go(&next.after(paths::CODE)),
        Standing::MustRegister(_) => go(paths::REGISTER),
        Standing::Full(_) => go(next.path()),
    }
}

/// An error's text as a sentence of a page: it begins with a capital and ends with a full stop.
pub(crate) fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.ends_with(['.', ')', '"']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}
