//! The audit log as a file: JSON lines for programs, CSV for spreadsheets. Written while it is read, so that a log of any
//! length costs a portion of it in memory.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use hyper::body::Frame;
use postern_domain::audit::AuditRecord;
use postern_service::audit::{AuditError, AuditSearch, AuditView};
use tokio::sync::mpsc;

use super::query::Asked;
use super::stop;
use crate::admin::csv;
use crate::answer::Answer;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::session::Inside;

/// Records that are read at once.
const PORTION: u32 = 1_000;

/// Portions that may wait for a slow reader.
const AHEAD: usize = 2;

/// The form of the file.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    JsonLines,
    Csv,
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
    // The first portion is read before the answer begins, so that what goes wrong has an answer of its own.
    let first = portal.service.export_audit(reader.by(), &search, 0, PORTION).await?;
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let mut next = Some(first);
        if matches!(format, Format::Csv) && sender.send(Ok(Bytes::from(heading()))).await.is_err() {
            return;
        }
        while let Some((records, Some(last))) = next {
            if !records.is_empty() && sender.send(Ok(written(&records, format))).await.is_err() {
                // Nobody reads any more.
                return;
            }
            next = match portal.service.export_audit(reader.by(), &search, last, PORTION).await {
                Ok(portion) => Some(portion),
                Err(error) => {
                    tracing::error!(%error, "an export of the audit log broke off");
                    // The connection ends before the file does, so that nobody takes it for whole.
                    let _ = sender.send(Err(std::io::Error::other(error))).await;
                    return;
                }
            };
        }
    });
    let (kind, name) = match format {
        Format::JsonLines => ("application/jsonl; charset=utf-8", "attachment; filename=\"audit.jsonl\""),
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((headers, Body::new(Portions(receiver))).into_response())
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

fn written(records: &[AuditRecord], format: Format) -> Bytes {
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
    Bytes::from(text)
}

/// A body that is written elsewhere.
struct Portions(mpsc::Receiver<std::io::Result<Bytes>>);

impl HttpBody for Portions {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|portion| portion.map(|portion| portion.map(Frame::data)))
    }
}
