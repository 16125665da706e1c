//! The end that is near.

use super::{AppPassword, StoredState};
use crate::Timestamp;

impl AppPassword {
    /// The end that is near, as its owner and administrators are told: its expiry or, where nothing uses it, that of lying
    /// idle, whichever comes first, from `now` on and before `until`. Lying idle counts from the middle of its span on:
    /// otherwise what is used every day, and may lie idle for a few, would always be about to end.
    #[must_use]
    pub fn ends_between(&self, now: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let is_near = |at: &Timestamp| *at >= now && *at < until;
        if self.expires_at.is_some_and(|at| at < now) {
            return None;
        }
        let span = self.idle_expiry.unwrap_or_default();
        let is_unused = |at: &Timestamp| at.minus(span - span / 2) <= now;
        let idle = self.idle_end().filter(is_near).filter(is_unused);
        let idle = idle.filter(|_| self.state == StoredState::Active);
        self.expires_at.filter(is_near).into_iter().chain(idle).min()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::test::app_password;
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn day(days: u32) -> Timestamp {
        Timestamp::from_millis(0).plus(DAY * days)
    }

    /// Seen on the hundredth day, for the two weeks that follow.
    #[test]
    fn an_end_is_near_by_expiry_or_by_lying_idle_whichever_comes_first() {
        let suspended = StoredState::Suspended { at: day(90), by: "system".to_owned() };
        for (what, expires, idle, renewed, state, near) in [
            ("nothing ends it", None, None, None, StoredState::Active, None),
            ("it expires today", Some(100), None, None, StoredState::Active, Some(100)),
            ("it expires on the last day", Some(113), None, None, StoredState::Active, Some(113)),
            ("it expires after that", Some(114), None, None, StoredState::Active, None),
            ("it has expired", Some(99), Some(105), None, StoredState::Active, None),
            ("it lies idle", None, Some(105), None, StoredState::Active, Some(105)),
            ("it will lie idle later", None, Some(114), None, StoredState::Active, None),
            ("it has lain idle", None, Some(99), None, StoredState::Active, None),
            ("both", Some(110), Some(105), None, StoredState::Active, Some(105)),
            ("both, the other way", Some(103), Some(105), None, StoredState::Active, Some(103)),
            ("it was renewed lately", None, Some(12), Some(98), StoredState::Active, None),
            ("it was renewed long ago", None, Some(20), Some(90), StoredState::Active, Some(110)),
            ("it is suspended", None, Some(105), None, suspended.clone(), None),
            ("it is suspended, and expires", Some(110), None, None, suspended, Some(110)),
        ] {
            let its = AppPassword {
                expires_at: expires.map(day),
                idle_expiry: idle.map(|days| DAY * days),
                renewed_at: renewed.map(day),
                state,
                ..app_password()
            };
            assert_eq!(its.ends_between(day(100), day(114)), near.map(day), "{what}");
        }
    }
}
