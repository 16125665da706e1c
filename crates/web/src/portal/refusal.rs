//! Look up a refusal reference: what happened, why, and the one thing to do.

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use postern_domain::sign_in::{RefusalReason, RefusalReference};
use postern_service::refusal::{Explanation, LookUpError};
use serde::Deserialize;

use super::sign_in::sentence;
use super::{Portal, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::session::Inside;
use crate::view::{Moment, place_label};

#[derive(Deserialize)]
pub(crate) struct Asked {
    reference: Option<String>,
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    chrome: Chrome,
    reference: String,
    error: Option<String>,
    found: Option<RefusalView>,
}

/// A refusal, explained.
struct RefusalView {
    reference: String,
    what: String,
    remedy: String,
    at: Moment,
    place: &'static str,
    address: String,
    client: Option<String>,
    account: Option<String>,
    app_password: Option<String>,
    /// Where the one thing to do is done, and what to call it.
    action: Option<(String, &'static str)>,
}

impl RefusalView {
    fn new(reference: RefusalReference, found: &Explanation, inside: &Inside, portal: &Portal) -> Self {
        let is_own = found.account.as_ref().is_some_and(|account| account.id == inside.account().id);
        Self {
            reference: reference.to_string(),
            what: sentence(&found.what),
            remedy: sentence(&found.remedy),
            at: Moment::new(found.event.at, portal.now()),
            place: place_label(found.event.place),
            address: found.event.address.to_string(),
            client: found.event.client.clone(),
            account: found.account.as_ref().map(|account| account.name.to_string()),
            app_password: found.app_password.as_ref().map(|each| each.name.to_string()),
            action: action(found, is_own),
        }
    }
}

/// The page on which the remedy can be carried out, where the portal has one.
fn action(found: &Explanation, is_own: bool) -> Option<(String, &'static str)> {
    if let Some(app_password) = &found.app_password {
        return Some((format!("/app-passwords/{}", app_password.id), "Open this app password"));
    }
    let wants_another = matches!(
        found.reason,
        RefusalReason::AccountPasswordUnderMfa
            | RefusalReason::AccountPasswordsOff
            | RefusalReason::WrongSecret
            | RefusalReason::MistypedAppPassword
    );
    (wants_another && is_own).then(|| (paths::CREATE.to_owned(), "Create an app password"))
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let typed = asked.reference.unwrap_or_default();
    let mut page = RefusalPage {
        chrome: Chrome::inside(&portal, &inside),
        reference: typed.clone(),
        error: None,
        found: None,
    };
    if typed.is_empty() {
        return Ok(page::ok(&page)?);
    }
    let reference: RefusalReference = match typed.parse() {
        Ok(reference) => reference,
        Err(error) => {
            page.error = Some(sentence(&error));
            return Ok(page::html(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
        }
    };
    match portal.service.look_up_refusal(inside.by(), reference).await {
        Ok(found) => {
            page.reference = reference.to_string();
            page.found = Some(RefusalView::new(reference, &found, &inside, &portal));
            Ok(page::ok(&page)?)
        }
        Err(LookUpError::Failure(failure)) => Err(failure.into()),
        Err(error @ LookUpError::NotFound) => {
            page.error = Some(sentence(&error));
            Ok(page::html(StatusCode::NOT_FOUND, &page)?)
        }
    }
}
