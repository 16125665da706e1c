//! What an upstream claims for itself alone.

use postern_domain::door::{Door, DoorSet};

/// What an upstream claims for itself alone, known even when the rest of it has mistakes.
pub(in crate::config) struct Claim {
    /// The line of its section.
    pub(in crate::config) line: usize,
    pub(super) name: Option<String>,
    pub(super) doors: DoorSet,
    pub(super) accounts: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) domains: Vec<String>,
    /// Whether it is that of every account that no other one lists.
    pub(super) takes_the_rest: bool,
}

impl Claim {
    /// Whether it has that name.
    pub(in crate::config) fn is_called(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    /// Whether that door leads to it.
    pub(in crate::config) const fn has(&self, door: Door) -> bool {
        self.doors.contains(door)
    }

    /// What `self` and an `earlier` one cannot both have: the key and why.
    pub(in crate::config) fn clash(&self, earlier: &Self) -> Option<(&'static str, &'static str)> {
        if self.name.is_some() && self.name == earlier.name {
            return Some((
                "upstream.name",
                "another upstream has this name: give this one a name of its own",
            ));
        }
        if !self.doors.iter().any(|door| earlier.doors.contains(door)) {
            return None;
        }
        let both_list = |mine: &[String], theirs: &[String]| mine.iter().any(|one| theirs.contains(one));
        if self.takes_the_rest && earlier.takes_the_rest {
            Some((
                "upstream.domains",
                "two upstreams for one door list no domains, groups or accounts, and only one can take all others: list the domains of this one",
            ))
        } else if both_list(&self.domains, &earlier.domains) {
            Some((
                "upstream.domains",
                "another upstream for the same door lists one of these domains too: keep it in one of the two",
            ))
        } else if both_list(&self.groups, &earlier.groups) {
            Some((
                "upstream.groups",
                "another upstream for the same door lists one of these groups too: keep it in one of the two",
            ))
        } else if both_list(&self.accounts, &earlier.accounts) {
            Some((
                "upstream.accounts",
                "another upstream for the same door lists one of these accounts too: keep it in one of the two",
            ))
        } else {
            None
        }
    }
}
