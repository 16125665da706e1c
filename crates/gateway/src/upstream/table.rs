//! Which upstream an account has, and what all of them can do.

use std::collections::HashSet;
use std::sync::Arc;

use postern_domain::account::AccountName;
use postern_protocols::smtp::Capabilities;

use super::Target;
use crate::config::{Accounts, Upstream};
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

    /// The upstream of an account: the first that names its domain, or else the first for all.
    pub(crate) fn of(&self, account: &AccountName) -> Option<&Arc<Target>> {
        let named = self.targets.iter().find(|target| target.config.accounts.name(account));
        named.or_else(|| self.targets.iter().find(|target| target.config.accounts == Accounts::All))
    }

    /// What can be promised before it is known who signs in: what we and every upstream can do. An upstream that was
    /// never heard counts as one that can do nothing.
    pub(crate) fn offered(&self, ours: Capabilities) -> Capabilities {
        self.targets.iter().fold(ours, |offered, target| {
            offered.offered_with(target.capabilities().unwrap_or(Capabilities::NONE))
        })
    }
}
