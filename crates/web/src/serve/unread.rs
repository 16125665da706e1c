//! What is left of a body when the answer is ready before it was read.
//!
//! A request may be answered by its head alone: without a token, with another media type, too many of them. Whoever drops
//! the rest of its body then has HTTP/2 reset the stream (RFC 9113 8.1) and HTTP/1.1 close the connection (RFC 9112 9.6), and
//! a client that is still sending may lose the answer by it: curl of Debian 12 loses one in ten, and reports a framing
//! error where a problem says what to do. So what is left is read and thrown away first, as long as it is not much.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::timeout;

/// Octets that are read and thrown away: more than any body but that of an import.
const MOST: usize = 1024 * 1024;

/// A body of which two know: who reads it, and who reads the rest.
pub(super) struct Lent<B>(Arc<Mutex<B>>);

/// What is left of a [`Lent`] body.
pub(super) struct Rest<B>(Arc<Mutex<B>>);

/// Lends a body.
pub(super) fn lend<B>(body: B) -> (Lent<B>, Rest<B>) {
    let body = Arc::new(Mutex::new(body));
    (Lent(Arc::clone(&body)), Rest(body))
}

fn lock<B>(body: &Mutex<B>) -> MutexGuard<'_, B> {
    body.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<B: Body<Data = Bytes> + Unpin> Body for Lent<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut *lock(&self.0)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.0).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.0).size_hint()
    }
}

impl<B: Body<Data = Bytes> + Unpin> Rest<B> {
    /// Reads what is left, when nobody else does any more. Ends early when it is too much, broken off, or takes longer than
    /// `span`.
    pub(super) async fn read_out(self, span: Duration) {
        // A task that goes on reading has it still.
        let Ok(body) = Arc::try_unwrap(self.0) else { return };
        let mut body = body.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut left = MOST;
        let all = async {
            while !body.is_end_stream() {
                let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
                let Some(Ok(frame)) = frame else { return };
                let octets = frame.data_ref().map_or(0, Bytes::len);
                let Some(less) = left.checked_sub(octets) else { return };
                left = less;
            }
        };
        // What comes too slowly is left to the reset.
        let _ = timeout(span, all).await;
    }
}
