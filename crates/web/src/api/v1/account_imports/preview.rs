//! `POST /account-imports/preview`

use axum::Json;
use axum::extract::State;
use postern_service::directory::PlannedAccount;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rows;
use crate::api::body::Body;
use crate::api::choice::{Word, choice};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Accounts of each sort that are named; the rest is counted.
const NAMED: usize = 1_000;

/// What importing the rows would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportPreview {
    /// How many accounts it would add.
    added: usize,
    /// How many it would change.
    changed: usize,
    /// How many it would block.
    blocked: usize,
    /// How many are already as the rows want them.
    unchanged: usize,
    /// What would be done, at most 1,000 of each sort.
    steps: Vec<ImportStep>,
}

choice! {
    /// What would be done.
    enum Step as ImportStepWord { Add = "add", Change = "change", Block = "block" }
}

/// What would be done to an account.
#[derive(Serialize, ToSchema)]
struct ImportStep {
    account: String,
    step: ImportStepWord,
    /// The line of the rows; null of an account that they do not name.
    line: Option<u64>,
    /// What changes, in words.
    changes: Vec<String>,
}

impl ImportStep {
    fn of(planned: &PlannedAccount, step: Step) -> Self {
        let changes = planned.differences().iter().map(ToString::to_string).collect();
        Self { account: planned.name().to_string(), step: Word(step), line: Some(planned.line()), changes }
    }

    fn block(account: &impl ToString) -> Self {
        Self { account: account.to_string(), step: Word(Step::Block), line: None, changes: Vec::new() }
    }
}

/// Preview an import
///
/// Nothing is changed. Every mistake in the rows is told at once.
#[utoipa::path(post, path = "/api/v1/account-imports/preview", tag = "Accounts", request_body = Rows,
    responses((status = 200, body = ImportPreview)))]
pub(crate) async fn preview_import(
    State(portal): State<Portal>,
    caller: Caller,
    Body(body): Body<Rows>,
) -> Result<Json<ImportPreview>, Problem> {
    let plan = body.plan(&portal, &caller).await?;
    let blocked = plan.blocked().take(NAMED).map(ImportStep::block);
    let changed = plan.changed().iter().take(NAMED).map(|planned| ImportStep::of(planned, Step::Change));
    let added = plan.added().iter().take(NAMED).map(|planned| ImportStep::of(planned, Step::Add));
    let steps = blocked.chain(changed).chain(added).collect();
    Ok(Json(ImportPreview {
        added: plan.added().len(),
        changed: plan.changed().len(),
        blocked: plan.blocked().len(),
        unchanged: plan.unchanged(),
        steps,
    }))
}
