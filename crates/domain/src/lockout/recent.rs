//! The last few distinct wrong secrets of one account, or of one account from one network.

use std::time::Duration;

use crate::Timestamp;

/// Keyed tags of wrong secrets, the oldest first.
#[derive(Default)]
pub(super) struct Recent(Vec<(u64, Timestamp)>);

impl Recent {
    /// Most tags remembered. Enough for a wait that doubles fifteen times, and for more devices with an old password
    /// than one network has.
    pub(super) const MOST: usize = 16;

    /// Whether `tag` was wrong within `memory` before `now`.
    pub(super) fn knows(&self, tag: u64, now: Timestamp, memory: Duration) -> bool {
        self.0.iter().any(|(known, at)| *known == tag && now.since(*at) < memory)
    }

    /// Remembers `tag`, in place of the oldest if need be. Nothing changes when it is known.
    pub(super) fn remember(&mut self, tag: u64, now: Timestamp, memory: Duration) {
        if self.knows(tag, now, memory) {
            return;
        }
        self.0.retain(|(_, at)| now.since(*at) < memory);
        // After a clock was set back, moments that are still to come count as now: otherwise they would be
        // remembered until the clock has passed them again.
        for (_, at) in &mut self.0 {
            *at = now.min(*at);
        }
        if self.0.len() == Self::MOST {
            self.0.remove(0);
        }
        self.0.push((tag, now));
    }

    /// How many were wrong within `memory` before `now`.
    pub(super) fn count(&self, now: Timestamp, memory: Duration) -> usize {
        self.0.iter().filter(|(_, at)| now.since(*at) < memory).count()
    }

    /// When the last one was wrong.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.0.last().map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Duration = Duration::from_secs(10);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn remembers_the_last_sixteen() {
        let mut recent = Recent::default();
        for tag in 0..20 {
            recent.remember(tag, at(0), MEMORY);
            recent.remember(tag, at(0), MEMORY);
        }
        assert_eq!(recent.count(at(0), MEMORY), 16);
        assert!(!recent.knows(3, at(0), MEMORY) && recent.knows(4, at(0), MEMORY));
    }

    #[test]
    fn forgets_after_the_memory() {
        let mut recent = Recent::default();
        recent.remember(1, at(0), MEMORY);
        recent.remember(2, at(9), MEMORY);
        assert!(recent.knows(1, at(9), MEMORY) && !recent.knows(1, at(10), MEMORY));
        assert_eq!((recent.count(at(9), MEMORY), recent.count(at(10), MEMORY)), (2, 1));
    }

    #[test]
    fn a_clock_set_back_makes_nothing_immortal() {
        let mut recent = Recent::default();
        recent.remember(1, at(1_000_000), MEMORY);
        recent.remember(2, at(0), MEMORY);
        assert_eq!(recent.count(at(9), MEMORY), 2);
        assert_eq!(recent.count(at(10), MEMORY), 0);
    }
}
