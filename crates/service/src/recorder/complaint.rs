//! How often a fault that lasts is put into the log, which is often on the same full disk.

use std::time::Duration;

use postern_domain::Timestamp;

/// At most one line in this time, after the first.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// Whether a fault is on, and when it was last spoken of.
#[derive(Default)]
pub(super) struct Complaint {
    last: Option<Timestamp>,
}

impl Complaint {
    /// The fault is there at `now`; whether to say so: at once when it begins, then once a minute.
    pub(super) fn is_due(&mut self, now: Timestamp) -> bool {
        // A clock that was set back must not silence the log for longer than it takes to notice.
        let is_quiet = self.last.is_some_and(|last| last <= now && now.since(last) < BETWEEN_LINES);
        if !is_quiet {
            self.last = Some(now);
        }
        !is_quiet
    }

    /// The fault is not there; whether it was until now.
    pub(super) fn is_settled(&mut self) -> bool {
        self.last.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_at_the_change_and_then_once_a_minute() {
        let start = Timestamp::from_millis(1_000_000);
        let at = |seconds| start.plus(Duration::from_secs(seconds));
        let mut complaint = Complaint::default();
        assert!(!complaint.is_settled(), "nothing to settle");
        let spoken: Vec<u64> = (0..150).filter(|seconds| complaint.is_due(at(*seconds))).collect();
        assert_eq!(spoken, [0, 60, 120]);
        assert!(complaint.is_due(at(100)), "the clock was set back");
        assert!(complaint.is_settled());
        assert!(!complaint.is_settled(), "only once");
        assert!(complaint.is_due(at(101)), "a new fault");
    }
}
