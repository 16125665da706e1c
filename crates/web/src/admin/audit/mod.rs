//! The audit log: search, one record, verification, export.

pub(crate) mod export;
mod facts;
pub(crate) mod query;
pub(crate) mod record;
pub(crate) mod verify;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use http::StatusCode;
use postern_domain::audit::{AuditRecord, Operation};
use postern_service::audit::{AuditError, AuditPage};

use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{Moment, actor};
pub(crate) use facts::facts;
use query::Asked;

/// Records on a page.
const RECORDS: u32 = 50;

/// A record in the list.
struct Row {
    sequence: u64,
    at: Moment,
    actor: String,
    operation: &'static str,
    account: Option<String>,
    details: String,
}

/// A choice of an operation.
struct Choice {
    words: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct SearchPage {
    chrome: Chrome,
    frame: AdminFrame,
    asked: Asked,
    operations: Vec<Choice>,
    problem: Option<&'static str>,
    rows: Vec<Row>,
    /// The way to the newest, when this is not the first page.
    newest: Option<String>,
    /// The way to older ones.
    older: Option<String>,
    /// Whether the search has not looked through the whole log yet.
    partial: bool,
    /// The same search as a file, without its form.
    export: String,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let search = asked.search(RECORDS);
    let found = match search {
        Ok(search) => portal.service.search_audit(inside.by(), &search).await.map(Some),
        Err(_) => Ok(None),
    };
    let (found, problem) = match found {
        Ok(Some(found)) => (found, None),
        Ok(None) => {
            (nothing(), Some("A day is written as 2026-11-22, and an account as its e-mail address."))
        }
        Err(AuditError::NoSuchAccount) => (nothing(), Some("No account has that name, and none had it.")),
        Err(error) => return Err(stop(error)),
    };
    let (chrome, frame) = around(&portal, &inside, paths::AUDIT);
    let query = asked.query();
    let newest = asked.before.as_ref().map(|_| format!("{}?{query}", paths::AUDIT));
    let older = found.older.map(|before| format!("{}?{query}&before={before}", paths::AUDIT));
    let now = portal.now();
    let operations = Operation::ALL
        .iter()
        .map(|operation| Choice {
            words: operation.name(),
            chosen: asked.operation.as_deref() == Some(operation.name()),
        })
        .collect();
    let page = SearchPage {
        chrome,
        frame,
        operations,
        problem,
        rows: found.records.iter().map(|record| row(record, &found, now)).collect(),
        newest,
        older,
        partial: found.partial,
        export: query,
        asked,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::html(status, &page)?.into_response())
}

fn nothing() -> AuditPage {
    AuditPage { records: Vec::new(), names: std::collections::HashMap::new(), older: None, partial: false }
}

fn row(record: &AuditRecord, found: &AuditPage, now: postern_domain::Timestamp) -> Row {
    let account = record.account.and_then(|id| found.names.get(&id)).map(ToString::to_string);
    let details: Vec<String> = facts(record, &[account.as_deref().unwrap_or_default()], now)
        .into_iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    Row {
        sequence: record.sequence,
        at: Moment::new(record.at, now),
        actor: actor(&record.actor).to_owned(),
        operation: record.operation.name(),
        account,
        details: shortened(&details.join(", ")),
    }
}

/// The beginning; the whole is on the record's own page.
fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MOST - 1).collect();
    short.push('\u{2026}');
    short
}

/// What an error becomes on every page of the audit log.
fn stop(error: AuditError) -> Stop {
    match error {
        AuditError::NotAllowed => Problem::NotAllowed.into(),
        AuditError::NoSuchAccount | AuditError::NoSuchRecord => Problem::NoSuchPage.into(),
        AuditError::Failure(failure) => failure.into(),
    }
}
