//! Step-up: a sensitive deed asks for the second factor again when its last check is too old, then goes on with what
//! was asked. The form's fields travel through the question; passwords never do.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_service::portal::SecondFactorError;

use super::code::refused;
use super::outside::{self, ProviderButton};
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken, TOKEN_FIELD};
use crate::next::Next;
use crate::page::{self, Chrome, go};
use crate::session::Inside;

/// The field that carries the answer.
const CODE_FIELD: &str = "step_up_code";

#[derive(Template)]
#[template(path = "step_up.html")]
struct StepUpPage {
    chrome: Chrome,
    token: FormToken,
    /// Where the form goes.
    action: String,
    /// What travels along.
    fields: Vec<(String, String)>,
    error: Option<String>,
    /// The account has something to answer with.
    has_method: bool,
    /// Where it is confirmed by somebody who has none, and the page to come back to.
    outside: Vec<ProviderButton>,
    back: String,
}

/// Goes on when the second factor is fresh, or with the code that came along; otherwise asks for it, with `fields`
/// kept. The answer to the question comes back to `action`.
pub(crate) async fn confirm(
    portal: &Portal,
    inside: Inside,
    fields: &Fields,
    action: &str,
) -> Result<Inside, Stop> {
    let Some(typed) = fields.find(CODE_FIELD) else {
        if portal.service.second_factor_is_fresh(&inside.session) {
            return Ok(inside);
        }
        return Err(ask(portal, &inside, fields, action).await?.into());
    };
    match verify(portal, &inside, typed).await {
        Ok(confirmed) => Ok(confirmed),
        Err(error) => {
            let (status, error) = refused(error)?;
            Err(question(portal, &inside, fields, action, status, Some(error)).await?.into())
        }
    }
}

/// Goes on, with the code when one came along: for a deed that may need none. The service says whether it does, and then
/// [`ask`] asks.
pub(crate) async fn confirm_if_answered(
    portal: &Portal,
    inside: Inside,
    fields: &Fields,
    action: &str,
) -> Result<Inside, Stop> {
    match fields.find(CODE_FIELD) {
        Some(_) => confirm(portal, inside, fields, action).await,
        None => Ok(inside),
    }
}

/// Goes on when the second factor is fresh; otherwise asks for it and then comes back to `path` by GET.
pub(crate) async fn confirm_before(portal: &Portal, inside: Inside, path: &str) -> Result<Inside, Stop> {
    if portal.service.second_factor_is_fresh(&inside.session) {
        return Ok(inside);
    }
    Err(ask_before(portal, &inside, path).await?.into())
}

/// The question, when the service itself demands it.
pub(crate) async fn ask(portal: &Portal, inside: &Inside, fields: &Fields, action: &str) -> Answer {
    question(portal, inside, fields, action, StatusCode::OK, None).await
}

/// The question, after which the browser comes back to `path` by GET.
pub(crate) async fn ask_before(portal: &Portal, inside: &Inside, path: &str) -> Answer {
    let fields = Fields::from(vec![("next".to_owned(), path.to_owned())]);
    question(portal, inside, &fields, paths::STEP_UP, StatusCode::OK, None).await
}

/// The answer to [`ask_before`].
pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let next = Next::or_home(fields.get("next"));
    confirm(&portal, inside, &fields, paths::STEP_UP).await?;
    Ok(go(next.path()))
}

async fn question(
    portal: &Portal,
    inside: &Inside,
    fields: &Fields,
    action: &str,
    status: StatusCode,
    error: Option<String>,
) -> Result<Response, Stop> {
    let page = StepUpPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        action: action.to_owned(),
        fields: fields.without(&[TOKEN_FIELD, CODE_FIELD]),
        error,
        has_method: super::security_info::has_method(portal, inside).await?,
        outside: outside::step_up::offers(portal, inside).await?,
        back: outside::step_up::page_of(action, fields.find("next")),
    };
    Ok(page::html(status, &page)?)
}

/// Six digits are a code of the authenticator app; a recovery code has sixteen symbols.
async fn verify(portal: &Portal, inside: &Inside, typed: &str) -> Result<Inside, SecondFactorError> {
    let session = inside.session.session();
    let symbols = typed.chars().filter(|c| c.is_alphanumeric()).count();
    let (token, standing) = if symbols <= 8 {
        portal.service.verify_totp(session, typed).await?
    } else {
        portal.service.use_recovery_code(session, typed).await?
    };
    let session = standing.full().ok_or(SecondFactorError::SessionOver)?;
    Ok(Inside::rotated(inside.visit.clone(), &token, session))
}
