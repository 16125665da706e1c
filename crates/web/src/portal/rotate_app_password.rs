//! Give an app password a new secret, shown once; the old one may go on working for a while.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_service::app_password::AppPasswordError;

use super::app_password::{Trail, find, gone};
use super::create_app_password::shown_once;
use super::sign_in::sentence;
use super::{Portal, paths, step_up};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::once::NONCE_FIELD;
use crate::page::{self, Chrome, go};
use crate::session::Inside;
use crate::view::AppPasswordView;

/// How long the old secret may go on working, as a choice: value, words, span.
const OVERLAPS: [(&str, &str, Duration); 4] = [
    ("0", "Not at all: it ends now", Duration::ZERO),
    ("1", "For 1 day at most", Duration::from_secs(86_400)),
    ("7", "For 7 days at most", Duration::from_secs(7 * 86_400)),
    ("30", "For 30 days at most", Duration::from_secs(30 * 86_400)),
];
/// What the form starts with: a week to get to the device.
const USUAL_OVERLAP: &str = "7";

#[derive(Template)]
#[template(path = "rotate_app_password.html")]
struct RotatePage {
    chrome: Chrome,
    token: FormToken,
    number: String,
    app_password: AppPasswordView,
    trail: Trail,
    overlaps: [(&'static str, &'static str, bool); 4],
    error: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    page(&portal, &inside, &id, USUAL_OVERLAP, StatusCode::OK, None).await
}

async fn page(
    portal: &Portal,
    inside: &Inside,
    id: &str,
    chosen: &str,
    status: StatusCode,
    error: Option<String>,
) -> Result<Response, Stop> {
    let (app_password, account) = find(portal, inside, id).await?;
    let page = RotatePage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        number: portal.form_number(),
        app_password: AppPasswordView::new(&app_password, portal.now(), portal.config.doors),
        trail: Trail::of(inside, &account),
        overlaps: OVERLAPS.map(|(value, words, _)| (value, words, value == chosen)),
        error,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let (app_password, owner) = find(&portal, &inside, &id).await?;
    let (here, chosen) = (format!("/app-passwords/{}/rotate", app_password.id), fields.get("overlap"));
    let Some((_, _, overlap)) = OVERLAPS.iter().find(|(value, _, _)| *value == chosen) else {
        let error = "Choose how long the old secret goes on working.".to_owned();
        return page(&portal, &inside, &id, USUAL_OVERLAP, StatusCode::UNPROCESSABLE_ENTITY, Some(error))
            .await;
    };
    let inside = step_up::confirm(&portal, inside, &fields, &here).await?;
    let (account, number) = (inside.account().id, fields.get(NONCE_FIELD));
    if !portal.used_forms.take(account, number)? {
        return Ok(go(&format!("{}?done=rotated-already", paths::SECURITY_INFO)));
    }
    let error = match portal.service.rotate_app_password(inside.by(), app_password.id, *overlap).await {
        Ok(rotated) => return shown_once(&portal, &inside, &rotated, &owner, None),
        Err(error) => error,
    };
    portal.used_forms.give_back(account, number);
    match error {
        AppPasswordError::StepUpNeeded => step_up::ask(&portal, &inside, &fields, &here).await,
        AppPasswordError::Failure(_) | AppPasswordError::NoSuchAppPassword | AppPasswordError::NotAllowed => {
            Err(gone(error))
        }
        error => {
            page(&portal, &inside, &id, chosen, StatusCode::UNPROCESSABLE_ENTITY, Some(sentence(&error)))
                .await
        }
    }
}
