//! How long somebody may say nothing.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// A limit on waiting for the next piece. The time during which nobody asks for one, because the other side does not take
/// what is there, does not count.
pub(in crate::http) struct Silence {
    limit: Duration,
    timer: Pin<Box<Sleep>>,
    is_running: bool,
}

impl Silence {
    pub(in crate::http) fn new(limit: Duration) -> Self {
        Self { limit, timer: Box::pin(sleep(limit)), is_running: false }
    }

    /// Something came.
    pub(in crate::http) fn broken(&mut self) {
        self.is_running = false;
    }

    /// Nothing has come; ready when it took too long.
    pub(in crate::http) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.is_running {
            self.is_running = true;
            self.timer.as_mut().reset(Instant::now() + self.limit);
        }
        self.timer.as_mut().poll(context)
    }
}
