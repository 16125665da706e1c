//! A bounded memory of what happened a moment ago.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use postern_domain::Timestamp;

/// Remembers values until they have not been asked for during a span. At most so many: what does not find room is not
/// remembered, and happens anew the next time.
pub(crate) struct Recent<K, V> {
    entries: HashMap<K, (Timestamp, V)>,
    span: Duration,
    most: usize,
    swept_at: Timestamp,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    pub(crate) fn new(span: Duration, most: usize) -> Self {
        Self { entries: HashMap::new(), span, most, swept_at: Timestamp::from_millis(i64::MIN) }
    }

    /// The value, if it is remembered; its span begins anew.
    pub(crate) fn get(&mut self, key: &K, now: Timestamp) -> Option<&mut V> {
        let (at, value) = self.entries.get_mut(key)?;
        if !is_recent(*at, now, self.span) {
            return None;
        }
        *at = now;
        Some(value)
    }

    /// Remembers a value.
    pub(crate) fn put(&mut self, key: K, value: V, now: Timestamp) {
        // Once a span is often enough, and seldom enough for it to cost nothing however full it is.
        if !is_recent(self.swept_at, now, self.span) {
            self.sweep(now);
        }
        if self.entries.len() < self.most || self.entries.contains_key(&key) {
            self.entries.insert(key, (now, value));
        }
    }

    /// Lets go of what is over.
    pub(crate) fn sweep(&mut self, now: Timestamp) {
        self.entries.retain(|_, (at, _)| is_recent(*at, now, self.span));
        self.swept_at = now;
    }

    /// Lets go of what `unwanted` picks.
    pub(crate) fn forget(&mut self, unwanted: impl Fn(&K, &V) -> bool) {
        self.entries.retain(|key, (_, value)| !unwanted(key, value));
    }
}

/// A clock that was set back makes nothing recent for ever.
fn is_recent(at: Timestamp, now: Timestamp, span: Duration) -> bool {
    now.since(at) < span && at.since(now) < span
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn is_bounded_in_time_and_number() {
        let mut recent = Recent::new(Duration::from_secs(60), 2);
        recent.put("a", 1, at(0));
        assert_eq!(recent.get(&"a", at(59)), Some(&mut 1));
        assert_eq!(recent.get(&"a", at(118)), Some(&mut 1), "asked for, it is remembered longer");
        assert_eq!(recent.get(&"a", at(178)), None);
        assert_eq!(recent.get(&"a", at(-1000)), None, "a clock that was set back");
        recent.put("b", 2, at(119));
        recent.put("c", 3, at(120));
        assert_eq!(recent.get(&"c", at(120)), None, "there is no room");
        recent.put("b", 4, at(121));
        assert_eq!(recent.get(&"b", at(121)), Some(&mut 4));
        recent.put("c", 3, at(180));
        assert_eq!(recent.get(&"c", at(180)), Some(&mut 3), "what was over made room");
        recent.forget(|_, value| *value == 3);
        assert_eq!(recent.get(&"c", at(180)), None);
    }
}
