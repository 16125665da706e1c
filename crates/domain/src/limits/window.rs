//! Counting what happened in the last minute or hour.

use std::time::Duration;

use crate::Timestamp;

/// Parts into which a span is cut. More would give back what was used in finer steps, and take more memory.
const PARTS: usize = 12;

/// A sliding window: never more than its limit within any span. What was used is given back after one span and at most
/// a twelfth of it more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    span: Duration,
    /// What was used in each part; the part that is going on and [`PARTS`] whole ones before it.
    used: [u32; PARTS + 1],
    /// The number of the part that is going on, counted from 1970.
    going_on: i64,
}

impl Window {
    /// Nothing used. The span is at least 12 milliseconds.
    #[must_use]
    pub const fn new(span: Duration) -> Self {
        Self { span, used: [0; PARTS + 1], going_on: i64::MIN }
    }

    /// Uses one of `limit`.
    ///
    /// # Errors
    /// After how long it is worth asking again. Nothing is used then.
    pub fn take(&mut self, limit: u32, now: Timestamp) -> Result<(), Duration> {
        self.go_on(now);
        if self.total() >= u64::from(limit) {
            return Err(self.wait(limit, now));
        }
        let slot = self.slot(self.going_on);
        self.used[slot] += 1;
        Ok(())
    }

    /// Whether nothing of the last span is remembered.
    #[must_use]
    pub fn is_empty(&self, now: Timestamp) -> bool {
        let mut at_that_moment = *self;
        at_that_moment.go_on(now);
        at_that_moment.total() == 0
    }

    fn part(&self) -> i64 {
        i64::try_from(self.span.as_millis() / PARTS as u128).unwrap_or(i64::MAX).max(1)
    }

    fn slot(&self, number: i64) -> usize {
        usize::try_from(number.rem_euclid(PARTS as i64 + 1)).unwrap_or(0)
    }

    fn total(&self) -> u64 {
        self.used.iter().copied().map(u64::from).sum()
    }

    /// Forgets the parts that are over. A clock that was set back a little waits for what it knows; one that was set
    /// back by more than a span begins anew, so that no limit is reached for ever.
    fn go_on(&mut self, now: Timestamp) {
        let present = now.as_millis().div_euclid(self.part());
        let parts = PARTS as i64;
        let passed = present.saturating_sub(self.going_on);
        if passed > parts || passed < -parts {
            self.used = [0; PARTS + 1];
        } else if passed > 0 {
            for number in self.going_on + 1..=present {
                let slot = self.slot(number);
                self.used[slot] = 0;
            }
        } else {
            return;
        }
        self.going_on = present;
    }

    /// How long until the oldest parts that have to go are gone.
    fn wait(&self, limit: u32, now: Timestamp) -> Duration {
        let mut total = self.total();
        for number in self.going_on - PARTS as i64..=self.going_on {
            total -= u64::from(self.used[self.slot(number)]);
            if total < u64::from(limit) {
                let gone_at = (number + PARTS as i64 + 1).saturating_mul(self.part());
                let wait = gone_at.saturating_sub(now.as_millis());
                return Duration::from_millis(u64::try_from(wait).unwrap_or(0).max(1));
            }
        }
        self.span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn no_span_holds_more_than_the_limit() {
        let mut window = Window::new(MINUTE);
        let mut taken = Vec::new();
        // Somebody who asks each second, for ten minutes.
        for second in 0..600 {
            if window.take(10, at(second)).is_ok() {
                taken.push(second);
            }
        }
        for start in 0..540 {
            let within = taken.iter().filter(|second| (start..start + 60).contains(*second)).count();
            assert!(within <= 10, "{within} in the minute from {start}");
        }
        assert!(taken.len() >= 90, "of ten minutes at ten each, {} were let through", taken.len());
    }

    #[test]
    fn who_waits_as_long_as_told_is_let_through() {
        let mut window = Window::new(MINUTE);
        let start = at(0);
        for _ in 0..3 {
            window.take(3, start).unwrap();
        }
        let wait = window.take(3, start).unwrap_err();
        assert!(wait > Duration::from_secs(59) && wait <= Duration::from_secs(65), "{wait:?}");
        assert!(window.take(3, start.plus(wait).minus(Duration::from_millis(1))).is_err());
        assert_eq!(window.take(3, start.plus(wait)), Ok(()));
    }

    #[test]
    fn an_old_window_is_empty() {
        let mut window = Window::new(MINUTE);
        assert!(window.is_empty(at(0)));
        window.take(1, at(0)).unwrap();
        assert!(!window.is_empty(at(59)));
        assert!(window.is_empty(at(66)));
    }

    #[test]
    fn a_lowered_limit_holds_for_what_was_used_before() {
        let mut window = Window::new(MINUTE);
        for second in 0..10 {
            window.take(10, at(second * 5)).unwrap();
        }
        let wait = window.take(2, at(50)).unwrap_err();
        assert!(window.take(2, at(50).plus(wait)).is_ok());
    }

    #[test]
    fn a_clock_that_is_set_does_not_lock_for_ever() {
        let mut window = Window::new(MINUTE);
        window.take(1, at(10_000)).unwrap();
        assert!(window.take(1, at(9_990)).is_err(), "a little back: still the same minute");
        assert_eq!(window.take(1, at(0)), Ok(()), "far back: a new beginning");
        assert_eq!(window.take(1, at(1_000_000)), Ok(()));
    }
}
