//! The inventory as a file: read page by page while it is sent, so that none is ever whole in memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use hyper::body::Frame;
use postern_service::inventory::{InventoryError, InventoryQuery, csv_line, json_line};
use tokio::sync::mpsc;

use super::query::Asked;
use super::stop;
use crate::answer::{Answer, Stop};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::session::Inside;

/// Credentials read at once, and sent as one piece.
const AT_ONCE: u32 = 1000;

/// Pieces that wait for a slow reader. The next one is read from the database when there is room.
const WAITING: usize = 2;

/// In what form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    JsonLines,
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
    // Read before the answer begins, so that what goes wrong at once is still told as what it is.
    let mut list = portal.service.list_inventory(reader.by(), &query).await?;
    let (sender, pieces) = pieces();
    tokio::spawn(async move {
        let mut piece = if form == Form::Csv { csv_line(None, portal.now()) } else { String::new() };
        loop {
            let now = portal.now();
            for item in &list.items {
                piece.push_str(&match form {
                    Form::Csv => csv_line(Some(item), now),
                    Form::JsonLines => json_line(item, now),
                });
            }
            // Nobody reads it any more: the browser went away.
            if sender.send(Ok(Bytes::from(std::mem::take(&mut piece)))).await.is_err() {
                return;
            }
            query.after = list.next;
            if query.after.is_none() {
                return;
            }
            list = match portal.service.list_inventory(reader.by(), &query).await {
                Ok(list) => list,
                Err(error) => {
                    // The connection is broken off, so that half a file does not look like a whole one.
                    tracing::warn!(%error, "an export of the inventory was broken off");
                    let _ = sender.send(Err(io::Error::other(error))).await;
                    return;
                }
            };
        }
    });
    Ok(file(pieces, form))
}

fn file(pieces: Body, form: Form) -> Response {
    let (kind, name) = match form {
        Form::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"credentials.csv\""),
        Form::JsonLines => ("application/jsonl; charset=utf-8", "attachment; filename=\"credentials.jsonl\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    (headers, pieces).into_response()
}

/// A file that is sent piece by piece: where the pieces go in, and the body of the answer.
pub(crate) fn pieces() -> (mpsc::Sender<io::Result<Bytes>>, Body) {
    let (sender, pieces) = mpsc::channel(WAITING);
    (sender, Body::new(Pieces(pieces)))
}

/// The pieces of a file, as they come.
struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
