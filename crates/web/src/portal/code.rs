//! The second factor at sign-in: the code of the authenticator app.

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use postern_service::portal::{SecondFactorError, SessionToken, Standing};

use super::notice::Done;
use super::sign_in::sentence;
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::cookies;
use crate::form::{Checked, FormToken};
use crate::next::Next;
use crate::page::{self, Chrome, go};
use crate::session::Halfway;

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    error: Option<String>,
    next: Next,
    recovery: String,
}

fn page(portal: &Portal, halfway: &Halfway, next: Next, error: Option<String>) -> CodePage {
    CodePage {
        chrome: Chrome::outside(portal, &halfway.visit),
        token: halfway.token.clone(),
        account: halfway.session.account().name.to_string(),
        error,
        recovery: next.after(paths::SIGN_IN_RECOVERY),
        next,
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    halfway: Halfway,
    Query(query): Query<Done>,
) -> Answer {
    Ok(page::ok(&page(&portal, &halfway, Next::or_home(&query.next), None))?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    halfway: Halfway,
    Checked(fields): Checked,
) -> Answer {
    let outcome = portal.service.verify_totp(halfway.session.session(), fields.get("code")).await;
    let next = Next::or_home(fields.get("next"));
    answer(outcome, halfway, next, |halfway, next, error| page(&portal, halfway, next, error))
}

/// What comes of a second factor at sign-in: where the person wanted to go, or the page again with what is wrong.
pub(super) fn answer<P: Template>(
    outcome: Result<(SessionToken, Standing), SecondFactorError>,
    halfway: Halfway,
    next: Next,
    page: impl FnOnce(&Halfway, Next, Option<String>) -> P,
) -> Answer {
    match outcome {
        Ok((token, standing)) => {
            halfway.visit.set_cookie(cookies::set_session(&token));
            // Where a method must be registered now, any page leads there.
            let must_register = matches!(standing, Standing::MustRegister(_));
            Ok(go(if must_register { paths::REGISTER } else { next.path() }))
        }
        Err(error) => {
            let (status, error) = refused(error)?;
            Ok(page::html(status, &page(&halfway, next, Some(error)))?)
        }
    }
}

/// What to say about a second factor that was not accepted, or the answer that ends the attempt.
pub(super) fn refused(error: SecondFactorError) -> Result<(StatusCode, String), Stop> {
    let status = match error {
        SecondFactorError::WrongCode
        | SecondFactorError::WrongPasskey
        | SecondFactorError::ClonedPasskey
        | SecondFactorError::RunOut => StatusCode::FORBIDDEN,
        SecondFactorError::TryLater => StatusCode::TOO_MANY_REQUESTS,
        SecondFactorError::SessionOver => {
            return Err(go(&format!("{}?done=session-over", paths::SIGN_IN)).into());
        }
        SecondFactorError::Failure(failure) => return Err(failure.into()),
    };
    Ok((status, sentence(&error)))
}
