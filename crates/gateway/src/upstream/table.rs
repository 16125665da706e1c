//! Which upstream an account has, and what all of them can do.

use std::collections::HashSet;
use std::sync::Arc;

use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::door::Door;
use postern_protocols::smtp::Capabilities;

use super::Target;
use crate::config::Upstream;
use crate::start_error::StartProblem;

/// The upstreams in force.
pub(crate) struct Table {
    targets: Vec<Arc<Target>>,
}

impl Table {
    /// Checks all settings and gives all problems.
    pub(crate) fn new(upstreams: Vec<Upstream>) -> Result<Self, Vec<StartProblem>> {
        let mut problems = Vec::new();
        let mut names = HashSet::new();
        let mut targets = Vec::new();
        for upstream in upstreams {
            if !names.insert(upstream.name.clone()) {
                problems.push(StartProblem::NameTwice { what: "upstream", name: upstream.name.clone() });
            }
            match Target::new(upstream) {
                Ok(target) => targets.push(Arc::new(target)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Self { targets }) } else { Err(problems) }
    }

    /// All upstreams.
    pub(crate) fn targets(&self) -> &[Arc<Target>] {
        &self.targets
    }

    /// The upstream behind `door` for a mailbox, by its name and by its account, if it has one here: the most
    /// specific one, and among equals the first.
    pub(crate) fn of(
        &self,
        mailbox: &AccountName,
        account: Option<&Account>,
        door: Door,
    ) -> Option<&Arc<Target>> {
        let groups: Vec<&str> =
            account.map_or_else(Vec::new, |account| account.groups.iter().map(GroupName::as_str).collect());
        let behind = self.targets.iter().filter(|target| target.config.doors.contains(door));
        let close =
            behind.filter_map(|target| Some((target.config.accounts.closeness(mailbox, &groups)?, target)));
        // Of several that are as close, `max_by_key` gives the last.
        close.rev().max_by_key(|(closeness, _)| *closeness).map(|(_, target)| target)
    }

    /// The Sieve extensions that every upstream for them has, as far as it is known. Clients read them before it is known
    /// who signs in.
    pub(crate) fn sieve_extensions(&self) -> String {
        let servers = self.targets.iter().filter(|target| target.config.doors.contains(Door::ManageSieve));
        let common = servers.map(|target| target.extensions().unwrap_or_default()).reduce(|common, its| {
            common.into_iter().filter(|one| its.iter().any(|other| other.eq_ignore_ascii_case(one))).collect()
        });
        common.unwrap_or_default().join(" ")
    }

    /// What SMTP can promise before it is known who signs in: what we and every upstream can do. An upstream that was
    /// never heard counts as one that can do nothing.
    pub(crate) fn offered(&self, ours: Capabilities) -> Capabilities {
        let smart_hosts = self.targets.iter().filter(|target| target.config.doors.contains(Door::Smtp));
        smart_hosts.fold(ours, |offered, target| {
            offered.offered_with(target.capabilities().unwrap_or(Capabilities::NONE))
        })
    }
}
