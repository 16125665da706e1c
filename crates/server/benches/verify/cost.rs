//! What something cost: CPU time of this thread, CPU time of the whole process, wall-clock time.

use std::iter::Sum;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The three clocks: their state, or what passed on them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// CPU time of the measuring thread.
    pub(crate) thread: Duration,
    /// CPU time of the process, all its threads.
    pub(crate) process: Duration,
    /// Wall-clock time.
    pub(crate) wall: Duration,
}

impl Cost {
    /// What the clocks show.
    pub(crate) fn now() -> Self {
        Self {
            thread: read(ClockId::ThreadCPUTime),
            process: read(ClockId::ProcessCPUTime),
            wall: read(ClockId::Monotonic),
        }
    }

    /// What has passed since `start`.
    pub(crate) fn since(start: &Self) -> Self {
        let now = Self::now();
        Self {
            thread: now.thread.saturating_sub(start.thread),
            process: now.process.saturating_sub(start.process),
            wall: now.wall.saturating_sub(start.wall),
        }
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), |sum, cost| Self {
            thread: sum.thread + cost.thread,
            process: sum.process + cost.process,
            wall: sum.wall + cost.wall,
        })
    }
}

fn read(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
