//! Why was I refused? By its reference: what happened, why, and the one thing to do.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::sign_in::RefusalReference;
use postern_service::refusal::{Explanation, LONGEST_MESSAGE, LookUpError, NextStep};
use serde::Deserialize;

use super::Portal;
use super::notice::Done;
use super::sign_in::sentence;
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::session::Inside;
use crate::view::{EventView, Moment, next_page, place_label};

/// The last refusals, for who has no reference at hand.
const LATEST: u32 = 8;

#[derive(Deserialize)]
pub(crate) struct Asked {
    reference: Option<String>,
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    chrome: Chrome,
    notice: Option<&'static str>,
    token: FormToken,
    reference: String,
    error: Option<String>,
    found: Option<RefusalView>,
    latest: Vec<EventView>,
    longest_message: usize,
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
    app_password: Option<(String, String)>,
    acting_for: Option<String>,
    /// The rule, by its name in the manual and in logs.
    rule: &'static str,
    /// Where the one thing to do is done, and what to call it.
    way: Option<(String, &'static str)>,
    /// When the administrators were asked.
    asked: Option<Moment>,
    /// Whether asking them is the one thing to do, or else something that may be done.
    ask_first: bool,
    may_ask: bool,
}

impl RefusalView {
    fn new(reference: RefusalReference, found: &Explanation, portal: &Portal) -> Self {
        let now = portal.now();
        Self {
            reference: reference.to_string(),
            what: found.what.clone(),
            remedy: found.remedy_in_portal.clone(),
            at: Moment::new(found.event.at, now),
            place: place_label(found.event.place),
            address: found.event.address.to_string(),
            client: found.event.client.clone(),
            account: found.account.as_ref().map(|account| account.name.to_string()),
            app_password: found
                .app_password
                .as_ref()
                .map(|each| (each.id.to_string(), each.name.to_string())),
            acting_for: found.event.acting_for.as_ref().map(ToString::to_string),
            rule: found.reason.name(),
            way: next_page(&found.next_step),
            asked: found.asked_at.map(|at| Moment::new(at, now)),
            ask_first: found.next_step == NextStep::AskAdministrator,
            may_ask: found.concerns_reader,
        }
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Query(asked): Query<Asked>,
    Query(done): Query<Done>,
) -> Answer {
    page(&portal, &inside, &asked.reference.unwrap_or_default(), done.notice(), None).await
}

/// The page of what was typed as a reference, with an error of a deed on it, where there is one.
pub(super) async fn page(
    portal: &Portal,
    inside: &Inside,
    typed: &str,
    notice: Option<&'static str>,
    error: Option<String>,
) -> Result<Response, Stop> {
    let mut page = RefusalPage {
        chrome: Chrome::inside(portal, inside),
        notice,
        token: inside.token.clone(),
        reference: typed.to_owned(),
        error,
        found: None,
        latest: Vec::new(),
        longest_message: LONGEST_MESSAGE,
    };
    if typed.is_empty() {
        page.latest = super::activity::latest_refusals(portal, inside, LATEST).await?;
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
            page.found = Some(RefusalView::new(reference, &found, portal));
            let status = if page.error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
            Ok(page::html(status, &page)?)
        }
        Err(LookUpError::Failure(failure)) => Err(failure.into()),
        Err(error @ LookUpError::NotFound) => {
            page.error = Some(sentence(&error));
            Ok(page::html(StatusCode::NOT_FOUND, &page)?)
        }
    }
}
