//! The body of an answer: ours, or the upstream's as it comes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

use super::{BodyError, Silence, discard};
use crate::http::activity::InFlight;
use crate::http::session::InSession;
use crate::http::upstream::Lease;

/// The body of an answer. While it is there, the connection is not idle.
pub(in crate::http) struct AnswerBody {
    content: Content,
    in_flight: Option<InFlight>,
}

enum Content {
    /// A text of ours.
    Ours(Ours),
    /// The upstream's.
    Relayed(Box<Relayed>),
}

/// A text of ours, and what is left of the request that it answers.
struct Ours {
    content: Bytes,
    unread: Option<Incoming>,
}

/// The upstream's body on its way.
pub(in crate::http) struct Relayed {
    /// What comes.
    pub(in crate::http) incoming: Incoming,
    /// The connection that it comes from, until everything has come or it broke off.
    pub(in crate::http) lease: Option<Lease>,
    /// Whose it is.
    pub(in crate::http) session: InSession,
    /// How long the upstream may be silent.
    pub(in crate::http) silence: Silence,
}

impl AnswerBody {
    /// A text of ours.
    pub(in crate::http) fn text(text: impl Into<Bytes>) -> Self {
        Self { content: Content::Ours(Ours { content: text.into(), unread: None }), in_flight: None }
    }

    /// The upstream's body.
    pub(in crate::http) fn relayed(relayed: Relayed) -> Self {
        Self { content: Content::Relayed(Box::new(relayed)), in_flight: None }
    }

    /// Takes what is left of the request, to be read when the answer is on its way (see [`discard()`]): not before, so that
    /// a program that waits for `100 Continue` is not asked to go on.
    pub(in crate::http) fn answers(&mut self, unread: Incoming) {
        match &mut self.content {
            Content::Ours(ours) => ours.unread = Some(unread),
            Content::Relayed(_) => discard(unread),
        }
    }

    /// Keeps the connection from counting as idle until this is through.
    pub(in crate::http) fn keep(&mut self, in_flight: InFlight) {
        self.in_flight = Some(in_flight);
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        if let Some(unread) = self.unread.take() {
            discard(unread);
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.get_mut().content {
            Content::Ours(ours) if ours.content.is_empty() => Poll::Ready(None),
            Content::Ours(ours) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut ours.content))))),
            Content::Relayed(relayed) => relayed.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Ours(ours) => ours.content.is_empty(),
            Content::Relayed(relayed) => relayed.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Ours(ours) => SizeHint::with_exact(ours.content.len() as u64),
            Content::Relayed(relayed) => relayed.incoming.size_hint(),
        }
    }
}

impl Relayed {
    /// Trailers are dropped: a field that comes after the body has gone past every check.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.session.poll_ended(context).is_ready() {
            self.lease = None;
            return Poll::Ready(Some(Err(BodyError::Ended)));
        }
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) else {
                ready!(self.silence.poll(context));
                self.lease = None;
                return Poll::Ready(Some(Err(BodyError::Silence)));
            };
            self.silence.broken();
            let data = match frame.transpose() {
                Ok(None) => {
                    self.finish();
                    return Poll::Ready(None);
                }
                Ok(Some(frame)) => frame.into_data(),
                Err(error) => {
                    self.lease = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
            };
            if let Ok(data) = data {
                self.session.count_to_client(data.len());
                if self.incoming.is_end_stream() {
                    self.finish();
                }
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
        }
    }

    fn finish(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }
}

/// Where nothing was to come (HEAD, 204, 304), nobody asks for it.
impl Drop for Relayed {
    fn drop(&mut self) {
        if self.incoming.is_end_stream() {
            self.finish();
        }
    }
}
