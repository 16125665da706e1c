//! A count of distinct wrong secrets that runs out evenly, in two numbers whatever the limit.

use std::time::Duration;

use crate::Timestamp;

/// A leaky bucket: a full one runs empty within the memory. What is left of one that runs out counts whole.
#[derive(Default)]
pub(super) struct Tally {
    empty_at: Option<Timestamp>,
    /// When the limit was last reached.
    full_at: Option<Timestamp>,
}

impl Tally {
    /// One more, at `now`.
    pub(super) fn add(&mut self, limit: u32, memory: Duration, now: Timestamp) {
        let limit = limit.max(1);
        // Whole milliseconds, which is what a timestamp can hold.
        let each = Duration::from_millis(
            u64::try_from(memory.as_millis() / u128::from(limit)).unwrap_or(u64::MAX).max(1),
        );
        // Never fuller than full: also after the clock was set back.
        let from = self.empty_at.unwrap_or(now).clamp(now, now.plus(memory));
        let empty_at = from.plus(each);
        self.empty_at = Some(empty_at);
        if empty_at.since(now) > each.saturating_mul(limit - 1) {
            self.full_at = Some(now);
        }
    }

    /// When the limit was last reached.
    pub(super) fn full_at(&self) -> Option<Timestamp> {
        self.full_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// The number of the addition that first reaches the limit of 4 in 40 seconds, one every `pause` seconds.
    fn full_after(pause: i64) -> Option<i64> {
        let mut tally = Tally::default();
        (1..100).find(|number| {
            tally.add(4, Duration::from_secs(40), at(number * pause));
            tally.full_at() == Some(at(number * pause))
        })
    }

    #[test]
    fn is_full_at_the_limit_and_runs_out_evenly() {
        assert_eq!(full_after(0), Some(4));
        assert_eq!(full_after(1), Some(4));
        assert_eq!(full_after(5), Some(6));
        assert_eq!(full_after(9), Some(22));
        assert_eq!(full_after(10), None);
    }

    #[test]
    fn a_clock_set_back_does_not_fill_it_for_ever() {
        let mut tally = Tally::default();
        for _ in 0..50 {
            tally.add(4, Duration::from_secs(40), at(1_000_000));
        }
        tally.add(4, Duration::from_secs(40), at(0));
        assert_eq!(tally.full_at(), Some(at(0)));
        tally.add(4, Duration::from_secs(40), at(30));
        assert_eq!(tally.full_at(), Some(at(0)));
    }

    #[test]
    fn extreme_limits_do_no_harm() {
        for (limit, memory) in
            [(0, Duration::ZERO), (u32::MAX, Duration::MAX), (1, Duration::MAX), (u32::MAX, Duration::ZERO)]
        {
            let mut tally = Tally::default();
            tally.add(limit, memory, Timestamp::from_millis(i64::MAX));
            tally.add(limit, memory, Timestamp::from_millis(i64::MIN));
        }
    }
}
