//! The audit log as a file: JSON lines for programs, CSV for spreadsheets. Written while it is read, so that a log of any
//! length costs a portion of it in memory.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use postern_domain::audit::AuditRecord;
use postern_service::audit::{AuditError, AuditSearch, AuditView};

use super::query::Asked;
use super::stop;
use crate::admin::csv;
use crate::answer::Answer;
use crate::file::{FileKind, in_pieces};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::session::Inside;

/// Records that are read at once.
const PORTION: u32 = 1_000;

/// The form of the file.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    JsonLines,
    Csv,
}

impl Format {
    const fn kind(self) -> FileKind {
        match self {
            Self::JsonLines => FileKind {
                media_type: "application/jsonl; charset=utf-8",
                disposition: "attachment; filename=\"audit.jsonl\"",
            },
            Self::Csv => FileKind {
                media_type: "text/csv; charset=utf-8",
                disposition: "attachment; filename=\"audit.csv\"",
            },
        }
    }
}

pub(crate) async fn read(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let search = asked.search(1).map_err(|_| Problem::NoSuchPage)?;
    let format = match asked.format.as_deref() {
        Some("csv") => Format::Csv,
        _ => Format::JsonLines,
    };
    write(portal, inside, search, format).await.map_err(stop)
}

/// The file, for whoever may read it. The search's place and limit count for nothing.
pub(crate) async fn write(
    portal: Portal,
    reader: impl Reader,
    search: AuditSearch,
    format: Format,
) -> Result<Response, AuditError> {
    let (records, last) = portal.service.export_audit(reader.by(), &search, 0, PORTION).await?;
    let heading = if matches!(format, Format::Csv) { heading() } else { String::new() };
    let first = (heading + &written(&records, format), last);
    let (reader, search) = (Arc::new(reader), Arc::new(search));
    Ok(in_pieces(format.kind(), first, move |last| {
        let (portal, reader, search) = (portal.clone(), Arc::clone(&reader), Arc::clone(&search));
        async move {
            let (records, last) = portal.service.export_audit(reader.by(), &search, last, PORTION).await?;
            Ok::<_, AuditError>((written(&records, format), last))
        }
    }))
}

fn heading() -> String {
    csv::line([
        "sequence",
        "at",
        "actor",
        "operation",
        "code",
        "activity",
        "account",
        "app password",
        "details",
        "digest",
    ])
}

fn written(records: &[AuditRecord], format: Format) -> String {
    let mut text = String::new();
    for view in records.iter().map(AuditView::new) {
        match format {
            Format::JsonLines => {
                text.push_str(&serde_json::json!(view).to_string());
                text.push('\n');
            }
            Format::Csv => {
                let details: Vec<String> =
                    view.details.iter().map(|(name, value)| format!("{name}={value}")).collect();
                text.push_str(&csv::line([
                    view.sequence.to_string().as_str(),
                    &view.at,
                    &view.actor,
                    view.operation,
                    &view.code,
                    view.activity.unwrap_or_default(),
                    view.account.as_deref().unwrap_or_default(),
                    view.app_password.as_deref().unwrap_or_default(),
                    &details.join("; "),
                    &view.digest,
                ]));
            }
        }
    }
    text
}
