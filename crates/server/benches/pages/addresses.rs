//! Addresses put together, and how many of a kind are asked.

use std::collections::{BTreeSet, HashMap};

use url::form_urlencoded;

/// The address of a path with a query.
pub(crate) fn address<'p>(path: &str, pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let given = pairs.filter(|(_, value)| !value.is_empty());
    let query = query.extend_pairs(given).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Addresses without those that ask the same as one before.
pub(crate) struct Addresses {
    seen: BTreeSet<String>,
    /// How many there are with each set of names in the query.
    kinds: HashMap<String, usize>,
    most_of_a_kind: usize,
    /// In the order in which they were added.
    pub(crate) all: Vec<String>,
}

impl Addresses {
    pub(crate) fn new(most_of_a_kind: usize) -> Self {
        Self { seen: BTreeSet::new(), kinds: HashMap::new(), most_of_a_kind, all: Vec::new() }
    }

    /// Adds one, unless it is there or there are enough of its kind.
    pub(crate) fn add(&mut self, address: String) {
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let pairs: BTreeSet<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let names: Vec<_> = pairs.iter().map(|(name, _)| name.clone()).collect();
        let kind = self.kinds.entry(format!("{path}?{}", names.join("&"))).or_default();
        if *kind < self.most_of_a_kind && self.seen.insert(format!("{path}?{pairs:?}")) {
            *kind += 1;
            self.all.push(address);
        }
    }
}
