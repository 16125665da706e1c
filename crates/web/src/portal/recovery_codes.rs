//! Recovery codes: made anew, shown once, kept as a file.
//!
//! The server keeps their hashes only, so the file is made from the page: the page posts the codes back, and the
//! answer is the same codes as an attachment. The form carries its token, the codes are checked for their form, and
//! the answer is plain text that no browser renders; so nothing foreign can be put into it.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse as _;
use http::{HeaderValue, header};
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_service::portal::EnrolError;

use super::{Portal, paths, step_up};
use crate::answer::Answer;
use crate::form::{Checked, FormToken};
use crate::once::NONCE_FIELD;
use crate::page::{self, Chrome, go, session_over};
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct ShownOncePage {
    chrome: Chrome,
    token: FormToken,
    codes: Vec<String>,
    /// The codes, a line each, for the copy button and the file.
    text: String,
}

#[derive(Template)]
#[template(path = "recovery_codes_new.html")]
struct NewPage {
    chrome: Chrome,
    token: FormToken,
    number: String,
    left: u32,
}

/// The page that shows the codes, this once.
pub(super) fn shown_once(portal: &Portal, inside: &Inside, codes: &[RecoveryCode]) -> Answer {
    let codes: Vec<String> = codes.iter().map(|code| code.expose_grouped().to_string()).collect();
    let page = ShownOncePage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        text: codes.join("\n"),
        codes,
    };
    Ok(page::ok(&page)?)
}

/// Asks before the old codes are made void.
pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let details = super::security_info::details(&portal, &inside).await?;
    let page = NewPage {
        chrome: Chrome::inside(&portal, &inside),
        token: inside.token.clone(),
        number: portal.form_number(),
        left: details.recovery_codes_left,
    };
    Ok(page::ok(&page)?)
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let inside = step_up::confirm(&portal, inside, &fields, paths::RECOVERY_CODES).await?;
    let (account, number) = (inside.account().id, fields.get(NONCE_FIELD));
    if !portal.used_forms.take(account, number)? {
        return Ok(go(&format!("{}?done=codes-already", paths::SECURITY_INFO)));
    }
    match portal.service.make_recovery_codes(&inside.session).await {
        Ok(codes) => shown_once(&portal, &inside, &codes),
        Err(error) => {
            portal.used_forms.give_back(account, number);
            match error {
                EnrolError::StepUpNeeded => {
                    step_up::ask(&portal, &inside, &fields, paths::RECOVERY_CODES).await
                }
                EnrolError::SessionOver => Ok(session_over()),
                EnrolError::Failure(failure) => Err(failure.into()),
                error => {
                    tracing::error!(%error, "recovery codes could not be made");
                    Err(Problem::Defect.into())
                }
            }
        }
    }
}

/// The codes of the page, as a file.
pub(crate) async fn file(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let codes: Option<Vec<RecoveryCode>> = fields.get("codes").lines().map(RecoveryCode::typed).collect();
    let codes =
        codes.filter(|codes| (1..=RecoveryCode::COUNT).contains(&codes.len())).ok_or(Problem::Unreadable)?;
    let mut text = format!(
        "Recovery codes for {} at {}\r\n{}\r\nEach code works once, in place of your second factor. Keep this file where only you can read it.\r\n\r\n",
        inside.account().name,
        portal.config.product,
        portal.config.origin
    );
    for code in &codes {
        text.push_str(&code.expose_grouped());
        text.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"recovery-codes.txt\""),
        ),
    ];
    Ok((headers, text).into_response())
}
