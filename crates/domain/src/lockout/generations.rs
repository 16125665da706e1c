//! A map of bounded size that forgets what was not touched for longest.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem;

/// Two generations of entries. A touched entry is young; when the young are half of the bound, they become the old,
/// and the old that nobody touched since are forgotten together. So what is forgotten is always among the less
/// recently touched half, without a list to keep: each operation takes constant time, averaged over the insertions.
pub(super) struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    half: usize,
}

impl<K: Eq + Hash, V> Generations<K, V> {
    /// Empty, for at most `most` entries (at least two).
    pub(super) fn new(most: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: (most / 2).max(1) }
    }

    /// The entry, without touching it.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The entry, or a fresh one, made young.
    pub(super) fn touch(&mut self, key: K, fresh: impl FnOnce() -> V) -> &mut V {
        let is_young = self.young.contains_key(&key);
        let kept = if is_young { None } else { self.old.remove(&key) };
        if !is_young && self.young.len() >= self.half {
            self.old = mem::take(&mut self.young);
        }
        self.young.entry(key).or_insert_with(|| kept.unwrap_or_else(fresh))
    }

    /// Forgets the entry.
    pub(super) fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touched_entry_outlives_untouched_ones() {
        let mut map = Generations::new(8);
        for key in 0..100 {
            *map.touch(1_000, || 0) += 1;
            map.touch(key, || 0);
            assert!(map.len() <= 8, "{}", map.len());
        }
        assert_eq!(map.get(&1_000), Some(&100));
        assert_eq!(map.get(&99), Some(&0));
        assert_eq!(map.get(&0), None);
        map.remove(&1_000);
        assert_eq!(map.get(&1_000), None);
    }

    #[test]
    fn at_least_half_of_the_bound_is_remembered() {
        let mut map = Generations::new(8);
        for key in 0..100 {
            map.touch(key, || ());
            assert!((0..=key).rev().take(4).all(|recent| map.get(&recent).is_some()), "after {key}");
        }
    }
}
