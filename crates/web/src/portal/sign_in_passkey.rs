//! Sign in with a passkey alone. The first half of the ceremony is a form too, so that nothing is kept for browsers that only
//! look at the sign-in page.

use askama::Template;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use postern_service::portal::{BegunCeremony, PasskeySignIn, PasskeySignInError, Standing};

use super::sign_in::sentence;
use super::{Portal, paths};
use crate::answer::Answer;
use crate::cookies;
use crate::form::{Checked, FormToken};
use crate::middleware::Visit;
use crate::next::Next;
use crate::page::{self, Chrome, go};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "sign_in_passkey.html")]
struct PasskeyPage {
    chrome: Chrome,
    token: FormToken,
    error: Option<String>,
    next: Next,
    begun: BegunCeremony,
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Checked(fields): Checked,
) -> Answer {
    let next = Next::or_home(fields.get("next"));
    // Who is signed in has another cookie, and no need for this.
    let Some(visitor) = cookies::visitor(&headers).filter(|_| cookies::session(&headers).is_none()) else {
        return Ok(go(next.path()));
    };
    let mut refused = None;
    if let Some(answer) = fields.find("credential") {
        let sign_in = PasskeySignIn {
            visitor,
            ceremony: fields.get("ceremony"),
            answer,
            address: visit.address,
            user_agent: &visit.user_agent,
        };
        match portal.service.finish_passkey_sign_in(&sign_in).await {
            Ok(started) => {
                visit.set_cookie(cookies::set_session(&started.token));
                let must_register = matches!(started.standing, Standing::MustRegister(_));
                return Ok(go(if must_register { paths::REGISTER } else { next.path() }));
            }
            Err(PasskeySignInError::Failure(failure)) => return Err(failure.into()),
            Err(error) => refused = Some(sentence(&error)),
        }
    }
    let begun = portal.service.begin_passkey_sign_in(visitor).await?.ok_or(Problem::NoSuchPage)?;
    let status = if refused.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let page = PasskeyPage {
        chrome: Chrome::outside(&portal, &visit),
        token: FormToken::of_cookies(&headers).ok_or(Problem::ForeignForm)?,
        error: refused,
        next,
        begun,
    };
    Ok(page::html(status, &page)?)
}
