//! One direction of a blind relay: octets from one connection to another, whatever they are.
//!
//! An idle direction holds no buffer. Octets are read into one buffer of the thread and written within the same poll;
//! only what the other side does not take at once is kept, and nothing more is read until it has taken that.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::Stream;

/// Most octets moved at once: four TLS records, and what a system call costs is spread over enough of them.
const AT_ONCE: usize = 64 * 1024;

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; AT_ONCE].into_boxed_slice());
}

/// How a direction ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The source has said everything, and the sink has it, its end included.
    Finished,
    /// The source broke. What it said before is with the sink, without an end.
    SourceBroke(io::Error),
    /// The sink takes nothing more.
    SinkBroke(io::Error),
}

/// One direction.
pub(crate) struct Pump {
    /// Read and not yet taken by the sink, from `sent` on.
    pending: Vec<u8>,
    sent: usize,
    must_flush: bool,
    source: Source,
    /// Since when the sink takes nothing, if it has something to take.
    stuck_since: Option<Instant>,
    /// When octets, or the end of them, came last.
    moved_at: Instant,
}

enum Source {
    Open,
    /// It has ended; the sink is to be told.
    Ended,
    Broke(io::Error),
    /// The sink has been told.
    Over,
}

impl Pump {
    /// A direction whose first octets are there already.
    pub(crate) fn new(pending: Vec<u8>) -> Self {
        Self {
            pending,
            sent: 0,
            must_flush: false,
            source: Source::Open,
            stuck_since: None,
            moved_at: Instant::now(),
        }
    }

    /// When octets, or the end of them, came last.
    pub(crate) fn moved_at(&self) -> Instant {
        self.moved_at
    }

    /// Since when the sink has taken nothing although there is something to take.
    pub(crate) fn stuck_since(&self) -> Option<Instant> {
        self.stuck_since
    }

    /// What is read and not yet taken by the sink.
    pub(crate) fn pending(&self) -> &[u8] {
        &self.pending[self.sent..]
    }

    /// Whether the sink has everything that was read.
    pub(crate) fn is_idle(&self) -> bool {
        self.pending.is_empty() && !self.must_flush
    }

    /// Forgets what the sink does not take any more; the direction is over.
    pub(crate) fn give_up(&mut self) {
        *self = Self { source: Source::Over, moved_at: self.moved_at, ..Self::new(Vec::new()) };
    }

    /// Whether the direction has ended.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.source, Source::Over)
    }

    /// Moves octets until one side has to be waited for; `look` sees each of them once. Ready when the direction has
    /// ended; then it is not to be polled again.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        source: &mut Stream,
        sink: &mut Stream,
        mut look: impl FnMut(&[u8]),
    ) -> Poll<Ended> {
        loop {
            if let Err(error) = ready!(self.poll_deliver(context, sink)) {
                return Poll::Ready(Ended::SinkBroke(error));
            }
            match std::mem::replace(&mut self.source, Source::Open) {
                Source::Open => {}
                Source::Ended => {
                    self.source = Source::Ended;
                    // A sink that is gone already does not need to be told.
                    let _ = ready!(Pin::new(&mut *sink).poll_shutdown(context));
                    self.source = Source::Over;
                    return Poll::Ready(Ended::Finished);
                }
                Source::Broke(error) => return Poll::Ready(Ended::SourceBroke(error)),
                Source::Over => {
                    self.source = Source::Over;
                    return Poll::Ready(Ended::Finished);
                }
            }
            if let Err(error) = ready!(self.poll_move(context, source, sink, &mut look)) {
                return Poll::Ready(Ended::SinkBroke(error));
            }
        }
    }

    /// Gives the sink what is pending. Only then is there room for more.
    fn poll_deliver(&mut self, context: &mut Context<'_>, sink: &mut Stream) -> Poll<io::Result<()>> {
        while self.sent < self.pending.len() {
            let written = Pin::new(&mut *sink).poll_write(context, &self.pending[self.sent..]);
            self.sent += ready!(self.progress(written))?;
            self.must_flush = true;
        }
        if !self.pending.is_empty() {
            self.pending = Vec::new();
            self.sent = 0;
        }
        if self.must_flush {
            let flushed = Pin::new(&mut *sink).poll_flush(context).map_ok(|()| 1);
            ready!(self.progress(flushed))?;
            self.must_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Takes note of what came of writing.
    fn progress(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => {
                self.stuck_since.get_or_insert_with(Instant::now);
                Poll::Pending
            }
            Poll::Ready(Ok(0)) => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            Poll::Ready(result) => {
                self.stuck_since = None;
                Poll::Ready(result)
            }
        }
    }

    /// Reads what is there and writes as much of it as the sink takes. An error is the sink's.
    fn poll_move(
        &mut self,
        context: &mut Context<'_>,
        source: &mut Stream,
        sink: &mut Stream,
        look: &mut impl FnMut(&[u8]),
    ) -> Poll<io::Result<()>> {
        SCRATCH.with_borrow_mut(|scratch| {
            let mut buffer = ReadBuf::new(scratch);
            // TLS gives one record at a time; several are written together.
            while buffer.remaining() > 0 && matches!(self.source, Source::Open) {
                let before = buffer.filled().len();
                match Pin::new(&mut *source).poll_read(context, &mut buffer) {
                    Poll::Pending if buffer.filled().is_empty() => return Poll::Pending,
                    Poll::Pending => break,
                    Poll::Ready(Ok(())) if buffer.filled().len() == before => self.source = Source::Ended,
                    Poll::Ready(Ok(())) => {}
                    // TLS that ends without its close notice. Many programs leave it out, and the protocols say
                    // themselves whether something is whole.
                    Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                        self.source = Source::Ended;
                    }
                    Poll::Ready(Err(error)) => self.source = Source::Broke(error),
                }
            }
            self.moved_at = Instant::now();
            let read = buffer.filled();
            if read.is_empty() {
                return Poll::Ready(Ok(()));
            }
            look(read);
            let mut taken = 0;
            while taken < read.len() {
                let written = Pin::new(&mut *sink).poll_write(context, &read[taken..]);
                match self.progress(written) {
                    Poll::Ready(written) => taken += written?,
                    Poll::Pending => {
                        self.pending = read[taken..].to_vec();
                        break;
                    }
                }
            }
            self.must_flush = true;
            Poll::Ready(Ok(()))
        })
    }
}
