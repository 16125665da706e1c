//! Autodiscover answers: the names of the upstream in them become the gateway's.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue};
use hyper::{HeaderMap, http};
use postern_protocols::autodiscover::{AnswerProblem, Format, MAX_ANSWER, Rewriter};
use tokio::time::timeout;

use super::super::session::InSession;

/// How long the upstream may take for the rest of an answer that is held back.
const TIME: Duration = Duration::from_secs(60);

/// Why an answer is not passed on.
#[derive(Debug, thiserror::Error)]
pub(in crate::http) enum Problem {
    /// It is in a form that is not read.
    #[error("the Autodiscover answer is compressed, or neither XML nor JSON")]
    Form,
    /// What is in it.
    #[error(transparent)]
    Answer(#[from] AnswerProblem),
    /// It broke off.
    #[error("the Autodiscover answer broke off: {0}")]
    Broken(#[from] hyper::Error),
    /// It took too long.
    #[error("the Autodiscover answer did not come to its end in time")]
    Silence,
    /// The session was ended.
    #[error("the session was ended")]
    Ended,
}

/// Asks for answers that can be read.
pub(in crate::http) fn expects_plain_text(headers: &mut HeaderMap) {
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
}

/// Reads an answer, at most 1 MiB, and gives it with our names in it.
pub(in crate::http) async fn rewrite(
    head: &mut http::response::Parts,
    incoming: Incoming,
    rewriter: &Rewriter,
    session: &mut InSession,
) -> Result<Bytes, Problem> {
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_compressed = !matches!(text(&CONTENT_ENCODING), "" | "identity");
    let format = Format::of(text(&CONTENT_TYPE));
    let read = tokio::select! {
        _end = session.ended() => Err(Problem::Ended),
        read = timeout(TIME, collect(incoming)) => read.map_err(|_| Problem::Silence)?,
    }?;
    if read.is_empty() {
        return Ok(Bytes::new());
    }
    let format = format.filter(|_| !is_compressed).ok_or(Problem::Form)?;
    let rewritten = rewriter.rewrite(format, &read)?;
    session.count_to_client(rewritten.len());
    head.headers.remove(ETAG);
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(rewritten.len()));
    Ok(rewritten.into())
}

async fn collect(mut incoming: Incoming) -> Result<Vec<u8>, Problem> {
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut incoming).poll_frame(context)).await {
        if let Some(data) = frame?.data_ref() {
            if read.len() + data.len() > MAX_ANSWER {
                return Err(AnswerProblem::TooLong.into());
            }
            read.extend_from_slice(data);
        }
    }
    Ok(read)
}
