//! The body of a request on its way to the upstream.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use postern_protocols::ews::{HeaderReader, ReadStep};

use super::{BodyError, Silence, discard};
use crate::http::session::InSession;

/// How far the upload is, for the one who wants to use the connection again.
#[derive(Debug, Default)]
pub(in crate::http) struct UploadState {
    is_whole: AtomicBool,
}

impl UploadState {
    /// Whether everything was sent. If not, what comes next on the connection would be taken for the rest.
    pub(in crate::http) fn is_whole(&self) -> bool {
        self.is_whole.load(Ordering::Acquire)
    }
}

/// The body of a request on its way.
pub(in crate::http) struct Upload {
    /// What was read already.
    prefix: VecDeque<Bytes>,
    /// What is still to come.
    incoming: Option<Incoming>,
    /// Who looks at what is still to come, and may break it off.
    reader: Option<HeaderReader>,
    session: InSession,
    silence: Silence,
    state: Arc<UploadState>,
}

impl Upload {
    /// All of a request.
    pub(in crate::http) fn new(incoming: Incoming, session: InSession, silence: Silence) -> Self {
        Self {
            prefix: VecDeque::new(),
            incoming: Some(incoming),
            reader: None,
            session,
            silence,
            state: Arc::default(),
        }
    }

    /// A request of which the beginning was read already, by somebody who goes on reading.
    #[must_use]
    pub(in crate::http) fn continuing(
        mut self,
        prefix: VecDeque<Bytes>,
        reader: Option<HeaderReader>,
    ) -> Self {
        self.prefix = prefix;
        self.reader = reader;
        self
    }

    /// How far it is.
    pub(in crate::http) fn state(&self) -> Arc<UploadState> {
        self.note_the_end();
        Arc::clone(&self.state)
    }

    fn note_the_end(&self) {
        if self.is_end_stream() {
            self.state.is_whole.store(true, Ordering::Release);
        }
    }

    /// Trailers are dropped, as on the way back.
    fn poll_incoming(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
            let Poll::Ready(frame) = Pin::new(incoming).poll_frame(context) else {
                ready!(self.silence.poll(context));
                return Poll::Ready(Some(Err(BodyError::Silence)));
            };
            self.silence.broken();
            match frame.transpose()?.map(Frame::into_data) {
                None => {
                    self.incoming = None;
                    return Poll::Ready(self.look(&[], true).err().map(Err));
                }
                Some(Ok(data)) => {
                    let is_last = self.incoming.as_ref().is_some_and(Body::is_end_stream);
                    return Poll::Ready(Some(self.look(&data, is_last).map(|()| data)));
                }
                Some(Err(_trailers)) => {}
            }
        }
    }

    /// Has a piece looked at before it goes on, so that a request that is refused never becomes whole.
    fn look(&mut self, piece: &[u8], is_last: bool) -> Result<(), BodyError> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        if let ReadStep::Refused(problem) = reader.feed(piece) {
            return Err(BodyError::Refused(problem));
        }
        if is_last { reader.finish().map_err(BodyError::Refused) } else { Ok(()) }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let upload = self.get_mut();
        if upload.session.poll_ended(context).is_ready() {
            return Poll::Ready(Some(Err(BodyError::Ended)));
        }
        let data = match upload.prefix.pop_front() {
            Some(data) => Some(Ok(data)),
            None => ready!(upload.poll_incoming(context)),
        };
        if let Some(Ok(data)) = &data {
            upload.session.count_from_client(data.len());
        }
        upload.note_the_end();
        Poll::Ready(data.map(|data| data.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.prefix.is_empty() && self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let read: usize = self.prefix.iter().map(Bytes::len).sum();
        let to_come = self.incoming.as_ref().map_or(Some(0), |incoming| incoming.size_hint().exact());
        to_come.map_or_else(SizeHint::default, |to_come| SizeHint::with_exact(read as u64 + to_come))
    }
}

/// When the upstream answered before it had everything, the rest is read for nothing, within bounds.
impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(incoming) = self.incoming.take()
            && !self.session.has_ended()
        {
            discard(incoming);
        }
    }
}
