//! Whether the chain holds, verified on demand.

use askama::Template;
use axum::extract::State;
use postern_domain::audit::{AuditRecord, Operation};
use postern_domain::text::counted;
use postern_service::audit::{AuditSearch, Verification, VerifyAuditError};

use super::stop;
use crate::admin::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::Portal;
use crate::session::Inside;
use crate::view::{Moment, actor};

/// How it went.
enum Found {
    Never,
    Running { since: Moment, done: u64, of: u64, percent: u64 },
    Holds { at: Moment, records: String, events: String },
    Broken { at: Moment, what: String },
    Failed { at: Moment },
}

#[derive(Template)]
#[template(path = "admin/audit_verify.html")]
struct VerifyPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    found: Found,
    /// What was found before, by this server or another, the latest first.
    before: Vec<Earlier>,
}

/// A verification that is in the log itself.
struct Earlier {
    sequence: u64,
    at: Moment,
    by: String,
    result: String,
}

/// Verifications before that are shown.
const SHOWN: u32 = 10;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let state = portal.service.audit_verification(inside.by()).await.map_err(stop)?;
    let now = portal.now();
    let found = match state {
        Verification::Never => Found::Never,
        Verification::Running { since, done, of } => {
            let percent = (done * 100).checked_div(of).unwrap_or(100).min(100);
            Found::Running { since: Moment::new(since, now), done, of, percent }
        }
        Verification::Ended { at, result } => {
            let at = Moment::new(at, now);
            match result {
                Ok(verified) => {
                    let records = counted(verified.end.sequence, "record");
                    Found::Holds {
                        at,
                        records,
                        events: counted(verified.sealed_events, "sealed sign-in event"),
                    }
                }
                Err(error) => match &*error {
                    VerifyAuditError::Failure(_) => Found::Failed { at },
                    broken => Found::Broken { at, what: broken.to_string() },
                },
            }
        }
    };
    let search =
        AuditSearch { operation: Some(Operation::VerifyAuditLog), limit: SHOWN, ..AuditSearch::default() };
    let records = portal.service.search_audit(inside.by(), &search).await.map_err(stop)?.records;
    let result = |record: &AuditRecord| {
        let result = record.details.iter().find(|(name, _)| name == "result");
        result.map_or_else(String::new, |(_, value)| value.clone())
    };
    let before = records.iter().map(|record| Earlier {
        sequence: record.sequence,
        at: Moment::new(record.at, now),
        by: actor(&record.actor).to_owned(),
        result: result(record),
    });
    let before = before.collect();
    let (chrome, frame) = around(&portal, &inside, paths::AUDIT);
    Ok(page::ok(&VerifyPage { chrome, frame, token: inside.token.clone(), found, before })?)
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, _checked: Checked) -> Answer {
    portal.service.start_audit_verification(inside.by()).await.map_err(stop)?;
    Ok(go(paths::AUDIT_VERIFY))
}
