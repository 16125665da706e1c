//! Import accounts: rows are pasted, shown as what they would do, and imported after a second click.
//!
//! The rows travel through the preview in the form itself, so that no server has to keep them between the two.

use askama::Template;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{MethodRouter, get};
use http::StatusCode;
use postern_service::directory::{Import, ImportError, ImportPlan, PlannedAccount};

use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome};
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;

/// Octets of the form: about 100,000 rows, each of their separators three octets on the way. For more there is the command
/// line.
const FORM_OCTETS: usize = 16 * 1024 * 1024;
/// Accounts of a preview that are named; the rest is counted.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "admin/import.html")]
struct ImportPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    rows: String,
    /// The most persons that may be blocked, as typed.
    most: String,
    columns: String,
    mistakes: Vec<String>,
    more_mistakes: usize,
    error: Option<String>,
    preview: Option<Preview>,
    done: Option<String>,
}

/// What the rows would do.
struct Preview {
    added: usize,
    changed: usize,
    blocked: usize,
    unchanged: usize,
    lines: Vec<Line>,
    more: usize,
}

struct Line {
    account: String,
    what: &'static str,
    changes: Vec<String>,
}

/// Both methods, with a limit of their own.
pub(crate) fn handlers() -> MethodRouter<Portal> {
    get(show).post(submit).layer(DefaultBodyLimit::max(FORM_OCTETS))
}

async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    Ok(page::ok(&empty(&portal, &inside))?)
}

async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let (rows, most) = (fields.get("rows"), fields.get("most").trim());
    let typed = ImportPage { rows: rows.to_owned(), most: most.to_owned(), ..empty(&portal, &inside) };
    let block_missing = match most {
        "" => None,
        most => match most.parse() {
            Ok(most) => Some(most),
            Err(_) => {
                let error = Some("How many may be blocked is a number, or empty for none.".to_owned());
                return refused(&ImportPage { error, ..typed });
            }
        },
    };
    let import = Import { file: rows.as_bytes(), block_missing };
    let plan = match portal.service.plan_import(inside.by(), import).await {
        Ok(plan) => plan,
        Err(error) => return explained(error, typed),
    };
    if fields.get("confirmed") != "yes" || plan.is_empty() {
        return Ok(page::ok(&ImportPage { preview: Some(preview(&plan)), ..typed })?);
    }
    let inside = step_up::confirm(&portal, inside, &fields, paths::IMPORT).await?;
    match portal.service.import_accounts(inside.by(), &plan).await {
        Ok(imported) => {
            let done = format!(
                "Added {}, changed {}, blocked {}.",
                imported.added, imported.changed, imported.blocked
            );
            Ok(page::ok(&ImportPage { done: Some(done), ..empty(&portal, &inside) })?)
        }
        Err(ImportError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, paths::IMPORT).await,
        Err(error) => explained(error, typed),
    }
}

fn empty(portal: &Portal, inside: &Inside) -> ImportPage {
    let (chrome, frame) = around(portal, inside, paths::ACCOUNTS);
    ImportPage {
        chrome,
        frame,
        token: inside.token.clone(),
        rows: String::new(),
        most: String::new(),
        columns: Import::COLUMNS.join(", "),
        mistakes: Vec::new(),
        more_mistakes: 0,
        error: None,
        preview: None,
        done: None,
    }
}

fn refused(page: &ImportPage) -> Answer {
    Ok(page::html(StatusCode::UNPROCESSABLE_ENTITY, page)?)
}

fn explained(error: ImportError, typed: ImportPage) -> Answer {
    match error {
        ImportError::Mistakes(mistakes) => {
            let shown: Vec<String> = mistakes.first.iter().map(ToString::to_string).collect();
            let more_mistakes = mistakes.count - shown.len();
            refused(&ImportPage { mistakes: shown, more_mistakes, ..typed })
        }
        ImportError::NotAllowed => Err(Problem::NotAllowed.into()),
        ImportError::Failure(failure) => Err(Stop::from(failure)),
        error => refused(&ImportPage { error: Some(crate::portal::sentence(&error)), ..typed }),
    }
}

fn preview(plan: &ImportPlan) -> Preview {
    let line = |what| {
        move |planned: &PlannedAccount| Line {
            account: planned.name().to_string(),
            what,
            changes: planned.differences().iter().map(ToString::to_string).collect(),
        }
    };
    let blocked =
        plan.blocked().map(|name| Line { account: name.to_string(), what: "Block", changes: Vec::new() });
    let (added, changed) = (plan.added().iter().map(line("Add")), plan.changed().iter().map(line("Change")));
    let total = plan.added().len() + plan.changed().len() + plan.blocked().len();
    Preview {
        added: plan.added().len(),
        changed: plan.changed().len(),
        blocked: plan.blocked().len(),
        unchanged: plan.unchanged(),
        // What cuts somebody off comes first.
        lines: blocked.chain(changed).chain(added).take(SHOWN).collect(),
        more: total.saturating_sub(SHOWN),
    }
}
