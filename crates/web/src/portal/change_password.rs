//! Change the account password.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::account::password::AccountPassword;
use postern_service::portal::{ChangeOwnPassword, ChangeOwnPasswordError};

use super::sign_in::sentence;
use super::{Portal, paths, security_info, step_up};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go, session_over};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "change_password.html")]
struct PasswordPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    /// Characters that a password has at least.
    least: String,
    /// What is wrong, and with which field.
    error: Option<(&'static str, String)>,
    revoke: bool,
}

impl PasswordPage {
    fn wrong(&self, field: &str) -> Option<&str> {
        self.error.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, text)| text.as_str())
    }
}

/// The question for the second factor comes before the form: passwords must not travel through it.
pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let inside = confirmed(&portal, inside).await?;
    page(&portal, &inside, StatusCode::OK, false, None)
}

/// An account that has no second factor cannot be asked for one; the old password alone stands for its owner.
async fn confirmed(portal: &Portal, inside: Inside) -> Result<Inside, Stop> {
    if security_info::has_method(portal, &inside).await? {
        step_up::confirm_before(portal, inside, paths::PASSWORD).await
    } else {
        Ok(inside)
    }
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
        least: least_characters(portal, inside).to_string(),
        error,
        revoke,
    };
    Ok(page::html(status, &page)?)
}

/// Least characters of a new password of this account: its groups' setting, and more where the password stands alone.
fn least_characters(portal: &Portal, inside: &Inside) -> usize {
    let account = inside.account();
    portal.service.settings_of(account).least_characters(account.mfa)
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let inside = confirmed(&portal, inside).await?;
    let revoke = fields.find("revoke").is_some();
    let wrong = |status, field, text: String| page(&portal, &inside, status, revoke, Some((field, text)));
    if fields.get("new") != fields.get("repeat") {
        let text = "The two new passwords are not the same. Type the new one twice.".to_owned();
        return wrong(StatusCode::UNPROCESSABLE_ENTITY, "repeat", text);
    }
    let change = ChangeOwnPassword {
        old: AccountPassword::typed(fields.get("current")),
        new: AccountPassword::typed(fields.get("new")),
        revoke_app_passwords: revoke,
    };
    let error = match portal.service.change_own_password(&inside.session, change).await {
        Ok((token, session, _)) => {
            Inside::rotated(inside.visit.clone(), &token, session);
            return Ok(go(&format!("{}?done=password-changed", paths::SECURITY_INFO)));
        }
        Err(error) => error,
    };
    match error {
        ChangeOwnPasswordError::WrongPassword => {
            let text = "That is not your current password. Type the one that you signed in with.".to_owned();
            wrong(StatusCode::FORBIDDEN, "current", text)
        }
        ChangeOwnPasswordError::TryLater => wrong(StatusCode::TOO_MANY_REQUESTS, "current", sentence(&error)),
        ChangeOwnPasswordError::UnfitPassword(_) => {
            wrong(StatusCode::UNPROCESSABLE_ENTITY, "new", sentence(&error))
        }
        ChangeOwnPasswordError::StepUpNeeded => step_up::ask_before(&portal, &inside, paths::PASSWORD).await,
        ChangeOwnPasswordError::SessionOver => Ok(session_over()),
        ChangeOwnPasswordError::Failure(failure) => Err(failure.into()),
    }
}
