//! Change the account password.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::account::password::AccountPassword;
use postern_service::account::{AccountError, SetAccountPasswordError};
use postern_service::portal::{PortalSignIn, StartPortalSessionError};

use super::sign_in::sentence;
use super::{Portal, paths, step_up};
use crate::answer::{Answer, Stop};
use crate::cookies;
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "change_password.html")]
struct PasswordPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    /// What is wrong, and with which field.
    error: Option<(&'static str, String)>,
    revoke: bool,
}

impl PasswordPage {
    fn is_wrong(&self, field: &str) -> bool {
        self.error.as_ref().is_some_and(|(wrong, _)| *wrong == field)
    }
}

/// The question for the second factor comes before the form: passwords must not travel through it.
pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let inside = step_up::confirm_before(&portal, inside, paths::PASSWORD).await?;
    page(&portal, &inside, StatusCode::OK, false, None)
}

fn page(
    portal: &Portal,
    inside: &Inside,
    status: StatusCode,
    revoke: bool,
    error: Option<(&'static str, String)>,
) -> Result<Response, Stop> {
    let page = PasswordPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        account: inside.account().name.to_string(),
        error,
        revoke,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let inside = step_up::confirm_before(&portal, inside, paths::PASSWORD).await?;
    let revoke = fields.find("revoke").is_some();
    let wrong = |status, field, text: String| page(&portal, &inside, status, revoke, Some((field, text)));
    if fields.get("new") != fields.get("repeat") {
        let text = "The two new passwords are not the same. Type the new one twice.".to_owned();
        return wrong(StatusCode::UNPROCESSABLE_ENTITY, "repeat", text);
    }
    // The one place that verifies an account password in the portal also counts wrong ones. The session that it
    // starts ends with all the others when the password is set.
    let current = PortalSignIn {
        name: inside.account().name.to_string(),
        password: AccountPassword::typed(fields.get("current")),
        address: inside.visit.address,
        user_agent: inside.visit.user_agent.to_string(),
    };
    match portal.service.start_portal_session(current).await {
        Ok(_) => {}
        Err(StartPortalSessionError::Refused { .. }) => {
            let text = "That is not your current password. Type the one that you signed in with.".to_owned();
            return wrong(StatusCode::FORBIDDEN, "current", text);
        }
        Err(error @ StartPortalSessionError::TryLater) => {
            return wrong(StatusCode::TOO_MANY_REQUESTS, "current", sentence(&error));
        }
        Err(StartPortalSessionError::Failure(failure)) => return Err(failure.into()),
    }
    let name = inside.account().name.clone();
    let new = AccountPassword::typed(fields.get("new"));
    match portal.service.set_account_password(inside.by(), &name, new, revoke).await {
        Ok(_) => {
            inside.visit.set_cookie(cookies::forget_session());
            Ok(go(&format!("{}?done=password-changed", paths::SIGN_IN)))
        }
        Err(SetAccountPasswordError::UnfitPassword(unfit)) => {
            wrong(StatusCode::UNPROCESSABLE_ENTITY, "new", format!("The new password is {unfit}."))
        }
        Err(SetAccountPasswordError::Account(AccountError::StepUpNeeded)) => {
            step_up::ask_before(&portal, &inside, paths::PASSWORD).await
        }
        Err(SetAccountPasswordError::Account(AccountError::Failure(failure))) => Err(failure.into()),
        Err(error) => {
            tracing::error!(%error, "a password could not be changed by its owner");
            Err(Problem::Defect.into())
        }
    }
}
