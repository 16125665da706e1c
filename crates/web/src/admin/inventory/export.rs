//! The inventory as a file: read page by page while it is sent, so that none is ever whole in memory.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use postern_domain::Timestamp;
use postern_service::inventory::{InventoryError, InventoryItem, InventoryQuery, csv_line, json_line};

use super::query::Asked;
use super::stop;
use crate::answer::{Answer, Stop};
use crate::file::{FileKind, in_pieces};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::session::Inside;

/// Credentials read at once, and sent as one piece.
const AT_ONCE: u32 = 1000;

/// In what form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    JsonLines,
}

impl Form {
    const fn kind(self) -> FileKind {
        match self {
            Self::Csv => FileKind {
                media_type: "text/csv; charset=utf-8; header=present",
                disposition: "attachment; filename=\"credentials.csv\"",
            },
            Self::JsonLines => FileKind {
                media_type: "application/jsonl; charset=utf-8",
                disposition: "attachment; filename=\"credentials.jsonl\"",
            },
        }
    }
}

pub(crate) async fn csv(state: State<Portal>, inside: Inside, query: RawQuery) -> Answer {
    export(state, inside, query, Form::Csv).await
}

pub(crate) async fn json_lines(state: State<Portal>, inside: Inside, query: RawQuery) -> Answer {
    export(state, inside, query, Form::JsonLines).await
}

async fn export(State(portal): State<Portal>, inside: Inside, RawQuery(raw): RawQuery, form: Form) -> Answer {
    let asked = Asked::read(raw.as_deref().unwrap_or_default());
    let query = asked.query(1).map_err(|_| Stop::from(Problem::NoSuchPage))?;
    write(portal, inside, query, form).await.map_err(stop)
}

/// The file, for whoever may read it. The query's limit counts for nothing.
pub(crate) async fn write(
    portal: Portal,
    reader: impl Reader,
    mut query: InventoryQuery,
    form: Form,
) -> Result<Response, InventoryError> {
    query.limit = AT_ONCE;
    let list = portal.service.list_inventory(reader.by(), &query).await?;
    let mut first = if form == Form::Csv { csv_line(None, portal.now()) } else { String::new() };
    first.push_str(&written(&list.items, form, portal.now()));
    let reader = Arc::new(reader);
    Ok(in_pieces(form.kind(), (first, list.next), move |place| {
        let (portal, reader) = (portal.clone(), Arc::clone(&reader));
        let query = InventoryQuery { after: Some(place), ..query.clone() };
        async move {
            let list = portal.service.list_inventory(reader.by(), &query).await?;
            Ok::<_, InventoryError>((written(&list.items, form, portal.now()), list.next))
        }
    }))
}

fn written(items: &[InventoryItem], form: Form, now: Timestamp) -> String {
    let line = |item| match form {
        Form::Csv => csv_line(Some(item), now),
        Form::JsonLines => json_line(item, now),
    };
    items.iter().map(line).collect()
}
