//! Files that are sent while they are read: of a list of any length no more than a few pieces are ever in memory.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use hyper::body::Frame;
use tokio::sync::mpsc;

/// Pieces that wait for a slow reader. The next one is read from the database when there is room.
const WAITING: usize = 2;

/// What kind of file it is, and the name under which a browser keeps it.
#[derive(Clone, Copy)]
pub(crate) struct FileKind {
    /// The `Content-Type`.
    pub(crate) media_type: &'static str,
    /// The `Content-Disposition` (RFC 6266).
    pub(crate) disposition: &'static str,
}

/// A file in pieces. The first is read before the answer begins, so that what goes wrong at once is still told as what it is; with
/// each piece comes the place from which `read` goes on, none after the last.
pub(crate) fn in_pieces<P, E, R>(
    kind: FileKind,
    first: (String, Option<P>),
    mut read: impl FnMut(P) -> R + Send + 'static,
) -> Response
where
    P: Send + 'static,
    E: Error + Send + Sync + 'static,
    R: Future<Output = Result<(String, Option<P>), E>> + Send,
{
    let (sender, pieces) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let (mut piece, mut next) = first;
        loop {
            // Nobody reads it any more: the browser went away. A portion in which nothing was found is no piece.
            let is_read = if piece.is_empty() {
                !sender.is_closed()
            } else {
                sender.send(Ok(Bytes::from(piece))).await.is_ok()
            };
            let Some(place) = next.filter(|_| is_read) else { return };
            (piece, next) = match read(place).await {
                Ok(portion) => portion,
                Err(error) => {
                    // The connection is broken off, so that half a file does not look like a whole one.
                    tracing::warn!(%error, file = kind.disposition, "an export was broken off");
                    let _ = sender.send(Err(io::Error::other(error))).await;
                    return;
                }
            };
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(kind.disposition)),
    ];
    (headers, Body::new(Pieces(pieces))).into_response()
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

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    const KIND: FileKind =
        FileKind { media_type: "text/plain", disposition: "attachment; filename=\"numbers.txt\"" };

    /// The numbers up to a place, as pieces, of which one is empty. Reading some place fails, where that is wanted.
    fn numbers(last: u32, fails_at: Option<u32>) -> Response {
        in_pieces(KIND, ("0;".to_owned(), Some(1)), move |place: u32| async move {
            if fails_at == Some(place) {
                return Err(io::Error::other("the database went away"));
            }
            let piece = if place == 2 { String::new() } else { format!("{place};") };
            Ok((piece, Some(place + 1).filter(|next| *next <= last)))
        })
    }

    #[tokio::test]
    async fn a_file_comes_whole() {
        let answer = numbers(5, None);
        assert_eq!(answer.headers()["content-disposition"], KIND.disposition);
        assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), "0;1;3;4;5;");
    }

    #[tokio::test]
    async fn a_file_that_breaks_off_does_not_look_whole() {
        let error = to_bytes(numbers(5, Some(4)).into_body(), 100).await.unwrap_err();
        assert_eq!(error.to_string(), "the database went away");
    }
}
