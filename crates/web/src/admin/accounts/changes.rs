//! Changes to many accounts: how far each got, and what was not done and why.

use askama::Template;
use axum::extract::{Path, Query, State};
use http::{HeaderName, HeaderValue, StatusCode};
use postern_domain::Timestamp;
use postern_domain::id::BulkJobId;
use postern_service::account::{BulkError, BulkJob};
use serde::Deserialize;

use super::NO_PLACE;
use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::next::encoded;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::Moment;

/// Accounts that were not changed, on a page.
const PAGE: usize = 200;
/// Changes on a page of the list.
const CHANGES: usize = 50;

/// A change as it is shown.
struct ChangeView {
    id: String,
    words: String,
    chosen: String,
    asked_by: String,
    started: Moment,
    finished: Option<Moment>,
    total: u64,
    done: u64,
    not_done: u64,
    /// Of a hundred.
    part: u64,
}

#[derive(Template)]
#[template(path = "admin/change.html")]
struct ChangePage {
    chrome: Chrome,
    frame: AdminFrame,
    change: ChangeView,
    /// Id, name and why.
    not_done: Vec<(String, String, String)>,
    /// The next page of them.
    after: Option<String>,
    /// What is wrong with what was asked for.
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "admin/changes.html")]
struct ChangesPage {
    chrome: Chrome,
    frame: AdminFrame,
    changes: Vec<ChangeView>,
    /// The way to the first page, from another one.
    newest: Option<&'static str>,
    /// The way to the page after this one.
    older: Option<String>,
    /// What is wrong with what was asked for.
    problem: Option<&'static str>,
}

/// Which page of the list is asked for.
#[derive(Deserialize)]
pub(crate) struct Before {
    #[serde(default)]
    before: String,
}

#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: String,
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Answer {
    let id: BulkJobId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let (after, problem) = place(&after.after);
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let shown = portal.service.show_bulk_change(inside.by(), id, after.as_ref(), limit).await;
    let (job, mut not_done) = shown.map_err(stop)?;
    if problem.is_some() {
        not_done.clear();
    }
    let more = not_done.len() > PAGE;
    not_done.truncate(PAGE);
    let last = not_done.last().filter(|_| more);
    let (chrome, frame) = around(&portal, &inside, paths::CHANGES);
    let page = ChangePage {
        chrome,
        frame,
        after: last.map(|(_, name, _)| format!("/admin/changes/{id}?after={}", encoded(name.as_str()))),
        not_done: not_done
            .into_iter()
            .map(|(id, name, why)| (id.to_string(), name.to_string(), why))
            .collect(),
        change: view(&job, portal.now()),
        problem,
    };
    let mut answer = page::html(status(problem), &page)?;
    if job.finished_at.is_none() {
        // Works without a script, and stops by itself with the last one.
        answer.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("2"));
    }
    Ok(answer)
}

pub(crate) async fn list(
    State(portal): State<Portal>,
    inside: Inside,
    Query(asked): Query<Before>,
) -> Answer {
    let (before, problem): (Option<BulkJobId>, _) = place(&asked.before);
    let limit = u32::try_from(CHANGES + 1).unwrap_or(u32::MAX);
    let mut changes = portal.service.list_bulk_changes(inside.by(), before, limit).await.map_err(stop)?;
    if problem.is_some() {
        changes.clear();
    }
    let more = changes.len() > CHANGES;
    changes.truncate(CHANGES);
    let last = changes.last().filter(|_| more);
    let (chrome, frame) = around(&portal, &inside, paths::CHANGES);
    let page = ChangesPage {
        chrome,
        frame,
        newest: before.map(|_| paths::CHANGES),
        older: last.map(|last| format!("{}?before={}", paths::CHANGES, last.id)),
        changes: changes.iter().map(|job| view(job, portal.now())).collect(),
        problem,
    };
    Ok(page::html(status(problem), &page)?)
}

/// A place in a list, or what is wrong with it. Empty: the first page.
fn place<T: std::str::FromStr>(text: &str) -> (Option<T>, Option<&'static str>) {
    match text.trim() {
        "" => (None, None),
        text => text.parse().map_or((None, Some(NO_PLACE)), |place| (Some(place), None)),
    }
}

const fn status(problem: Option<&'static str>) -> StatusCode {
    if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

fn view(job: &BulkJob, now: Timestamp) -> ChangeView {
    ChangeView {
        id: job.id.to_string(),
        words: job.change.words(),
        chosen: job.chosen.clone(),
        asked_by: job.asked_by.trim_start_matches("account ").to_owned(),
        started: Moment::new(job.started_at, now),
        finished: job.finished_at.map(|at| Moment::new(at, now)),
        total: job.total,
        done: job.done,
        not_done: job.not_done,
        part: ((job.done + job.not_done) * 100).checked_div(job.total).unwrap_or(100),
    }
}

fn stop(error: BulkError) -> Stop {
    match error {
        BulkError::Failure(failure) => failure.into(),
        BulkError::NoSuchChange => Problem::NoSuchPage.into(),
        BulkError::NotAllowed | BulkError::InNobodysName | BulkError::StepUpNeeded => {
            Problem::NotAllowed.into()
        }
    }
}
