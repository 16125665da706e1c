//! The last few distinct secrets that opened nothing, of one account, or of one account from one network.

use std::time::Duration;

use crate::Timestamp;

/// Keyed tags of secrets that opened nothing, the oldest first.
#[derive(Default)]
pub(super) struct Recent(Vec<Tried>);

#[derive(Clone, Copy)]
pub(super) struct Tried {
    tag: u64,
    /// When it was tried first.
    pub(super) at: Timestamp,
    /// It was right, and a rule refused it.
    pub(super) refused: bool,
}

impl Recent {
    /// Most tags remembered. Enough for a wait that doubles fifteen times, and for more devices with an old password
    /// than one network has.
    pub(super) const MOST: usize = 16;

    /// What is known of `tag`, when it was tried within `memory` before `now`.
    pub(super) fn knows(&self, tag: u64, now: Timestamp, memory: Duration) -> Option<Tried> {
        self.0.iter().find(|tried| tried.tag == tag && now.since(tried.at) < memory).copied()
    }

    /// Remembers `tag`, in place of the oldest if need be. Gives whether it is new. One that is known and turned out to be
    /// something else than it was keeps its place in the count.
    pub(super) fn remember(&mut self, tag: u64, refused: bool, now: Timestamp, memory: Duration) -> bool {
        let known = self.0.iter_mut().find(|tried| tried.tag == tag && now.since(tried.at) < memory);
        if let Some(known) = known {
            if known.refused != refused {
                (known.refused, known.at) = (refused, now);
            }
            return false;
        }
        self.0.retain(|tried| now.since(tried.at) < memory);
        // After a clock was set back, moments that are still to come count as now: otherwise they would be
        // remembered until the clock has passed them again.
        for tried in &mut self.0 {
            tried.at = now.min(tried.at);
        }
        if self.0.len() == Self::MOST {
            self.0.remove(0);
        }
        self.0.push(Tried { tag, at: now, refused });
        true
    }

    /// How many opened nothing within `memory` before `now`.
    pub(super) fn count(&self, now: Timestamp, memory: Duration) -> usize {
        self.0.iter().filter(|tried| now.since(tried.at) < memory).count()
    }

    /// When the last new one was tried.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.0.last().map(|tried| tried.at)
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
            recent.remember(tag, false, at(0), MEMORY);
            recent.remember(tag, false, at(0), MEMORY);
        }
        assert_eq!(recent.count(at(0), MEMORY), 16);
        assert!(recent.knows(3, at(0), MEMORY).is_none() && recent.knows(4, at(0), MEMORY).is_some());
    }

    #[test]
    fn forgets_after_the_memory() {
        let mut recent = Recent::default();
        recent.remember(1, false, at(0), MEMORY);
        recent.remember(2, false, at(9), MEMORY);
        assert!(recent.knows(1, at(9), MEMORY).is_some() && recent.knows(1, at(10), MEMORY).is_none());
        assert_eq!((recent.count(at(9), MEMORY), recent.count(at(10), MEMORY)), (2, 1));
    }

    #[test]
    fn a_clock_set_back_makes_nothing_immortal() {
        let mut recent = Recent::default();
        recent.remember(1, false, at(1_000_000), MEMORY);
        recent.remember(2, false, at(0), MEMORY);
        assert_eq!(recent.count(at(9), MEMORY), 2);
        assert_eq!(recent.count(at(10), MEMORY), 0);
    }
}
