//! One record, with its place in the chain.

use askama::Template;
use axum::extract::{Path, State};
use postern_service::audit::{AuditEntry, AuditView};

use super::{facts, stop};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{Moment, actor};

#[derive(Template)]
#[template(path = "admin/audit_record.html")]
struct RecordPage {
    chrome: Chrome,
    frame: AdminFrame,
    entry: AuditEntry,
    at: Moment,
    by: String,
    facts: Vec<(String, String)>,
    activity: Option<&'static str>,
    previous: String,
    digest: String,
    json: String,
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path(sequence): Path<String>,
) -> Answer {
    let sequence: u64 = sequence.parse().map_err(|_| Problem::NoSuchPage)?;
    let entry = portal.service.audit_entry(inside.by(), sequence).await.map_err(stop)?;
    let (chrome, frame) = around(&portal, &inside, paths::AUDIT);
    let record = &entry.record;
    let json = serde_json::to_string_pretty(&AuditView::new(record)).map_err(|error| {
        tracing::error!(%error, "an audit record could not be shown as JSON");
        Problem::Defect
    })?;
    let account = entry.account.as_ref().map(ToString::to_string).unwrap_or_default();
    let shown = [account.as_str(), entry.app_password.as_deref().unwrap_or_default()];
    let page = RecordPage {
        chrome,
        frame,
        at: Moment::new(record.at, portal.now()),
        by: actor(&record.actor).to_owned(),
        facts: facts(record, &shown, portal.now()),
        activity: record.operation.activity(),
        previous: record.previous.to_string(),
        digest: record.digest.to_string(),
        json,
        entry,
    };
    Ok(page::ok(&page)?)
}
