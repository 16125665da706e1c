//! Sign-ins of everybody, for who looks after them: by account, door, outcome, time and reference.

pub(crate) mod export;
mod query;

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use postern_domain::sign_in::Place;
use postern_service::refusal::{ListSignInsError, ListedSignIns};

use self::query::Asked;
use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome, go};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{EventView, door_label};

/// Sign-ins on a page.
const ON_A_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "admin/sign_ins.html")]
struct SignInsPage {
    chrome: Chrome,
    frame: AdminFrame,
    asked: Asked,
    places: Vec<(&'static str, &'static str, bool)>,
    outcomes: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<RowView>,
    older: Option<String>,
    /// The same list, without a place in it, as the query of an address.
    query: String,
    problem: Option<&'static str>,
}

/// A sign-in with its account.
struct RowView {
    event: EventView,
    /// None: no account has that user name.
    account: Option<(String, String)>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    if let Some(reference) = asked.reference() {
        return Ok(go(&format!("/refusals?reference={reference}")));
    }
    let found = match asked.filter(&portal, &inside).await? {
        // One more tells whether there are more.
        Ok(filter) => {
            let filter = postern_service::refusal::EventFilter {
                limit: u32::try_from(ON_A_PAGE + 1).unwrap_or(u32::MAX),
                ..filter
            };
            Ok(portal.service.list_named_sign_ins(inside.by(), filter).await.map_err(stop)?)
        }
        Err(problem) => Err(problem),
    };
    let (listed, problem) = match found {
        Ok(listed) => (listed, None),
        Err(problem) => (ListedSignIns::default(), Some(problem)),
    };
    let ListedSignIns { mut events, names } = listed;
    let more = events.len() > ON_A_PAGE;
    events.truncate(ON_A_PAGE);
    let older = events.last().filter(|_| more).map(|last| asked.older(last.id));
    let now = portal.now();
    let row = |event: &postern_domain::sign_in::SignInEvent| RowView {
        event: EventView::new(event, &[], now),
        account: event.account.map(|id| {
            let name = names.get(&id).map_or_else(|| "a deleted account".to_owned(), ToString::to_string);
            (format!("{}/{id}", paths::ACCOUNTS), name)
        }),
    };
    let (chrome, frame) = around(&portal, &inside, paths::SIGN_INS);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SignInsPage {
        chrome,
        frame,
        places: places(&asked),
        outcomes: asked.outcomes(),
        rows: events.iter().map(row).collect(),
        older,
        query: asked.query(),
        problem,
        asked,
    };
    Ok(page::html(status, &page)?)
}

fn stop(error: ListSignInsError) -> Stop {
    match error {
        ListSignInsError::NotAllowed => Problem::NotAllowed.into(),
        ListSignInsError::Failure(failure) => failure.into(),
    }
}

/// Every door, and the portal.
fn places(asked: &Asked) -> Vec<(&'static str, &'static str, bool)> {
    let doors = postern_domain::door::Door::ALL.iter().map(|door| (Place::Door(*door), door_label(*door)));
    let all = doors.chain([(Place::Portal, "The portal")]);
    all.map(|(place, words)| (place.name(), words, asked.place() == place.name())).collect()
}

/// Sign-ins that would be refused, were their door not in report-only mode, for other pages.
pub(super) fn would_refuse() -> String {
    format!("{}?outcome=would-refuse", paths::SIGN_INS)
}
