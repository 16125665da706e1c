//! A connection as hyper wants it: octets, with a limit on how long the peer may take nothing.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::Activity;
use super::body::Silence;
use crate::io::Stream;

/// A connection to a program or to an upstream.
pub(super) struct Wire {
    stream: Stream,
    patience: Silence,
    activity: Option<Arc<Activity>>,
}

impl Wire {
    /// `write`: how long the peer may take nothing of what is written to it.
    pub(super) fn new(stream: Stream, write: Duration, activity: Option<Arc<Activity>>) -> Self {
        Self { stream, patience: Silence::new(write), activity }
    }

    fn patiently<T>(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.patience.broken();
            return result;
        }
        self.patience.poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let before = buffer.filled().len();
        let result = Pin::new(&mut wire.stream).poll_read(context, buffer);
        if let Some(activity) = &wire.activity
            && buffer.filled().len() > before
        {
            activity.octets_came();
        }
        result
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let result = Pin::new(&mut wire.stream).poll_write(context, bytes);
        wire.patiently(context, result)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let result = Pin::new(&mut wire.stream).poll_flush(context);
        wire.patiently(context, result)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let result = Pin::new(&mut wire.stream).poll_shutdown(context);
        wire.patiently(context, result)
    }
}
