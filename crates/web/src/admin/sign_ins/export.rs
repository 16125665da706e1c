//! Sign-ins as JSON lines: read page by page while they are sent, with the same filters as the list.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use http::{HeaderValue, header};
use hyper::body::Frame;
use postern_service::refusal::EventFilter;
use tokio::sync::mpsc;

use super::query::Asked;
use super::stop;
use crate::answer::Answer;
use crate::api::v1::sign_in_events::EventBody;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

/// Sign-ins that are read at once, and sent as one piece.
const AT_ONCE: u32 = 1000;

/// Pieces that wait for a slow reader.
const WAITING: usize = 2;

pub(crate) async fn read(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let filter = asked.filter(&portal, &inside).await?.map_err(|_| Problem::NoSuchPage)?;
    let mut filter = EventFilter { limit: AT_ONCE, ..filter };
    // Read before the answer begins, so that what goes wrong at once is still told as what it is.
    let first = portal.service.list_named_sign_ins(inside.by(), filter.clone()).await;
    let mut events = first.map_err(stop)?.events;
    let (sender, pieces) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    tokio::spawn(async move {
        loop {
            let lines: String = events
                .iter()
                .map(|event| format!("{}\n", serde_json::json!(EventBody::new(event))))
                .collect();
            // Nobody reads it any more: the browser went away.
            if sender.send(Ok(Bytes::from(lines))).await.is_err() {
                return;
            }
            let Some(last) = events.last().filter(|_| events.len() >= AT_ONCE as usize) else { return };
            filter.before = Some(last.id);
            events = match portal.service.list_named_sign_ins(inside.by(), filter.clone()).await {
                Ok(listed) => listed.events,
                Err(error) => {
                    // The connection is broken off, so that half a file does not look like a whole one.
                    tracing::warn!(%error, "an export of sign-ins was broken off");
                    let _ = sender.send(Err(io::Error::other(error))).await;
                    return;
                }
            };
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"sign-ins.jsonl\"")),
    ];
    Ok((headers, Body::new(Pieces(pieces))).into_response())
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
