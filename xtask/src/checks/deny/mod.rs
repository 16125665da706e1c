//! `cargo xtask deny`: `deny.toml` held over the resolved tree, without cargo-deny.
//!
//! Building cargo-deny takes minutes on a small machine, so the parts of `deny.toml` that matter here are
//! held by this module, from the same file; where cargo-deny is installed it runs as well. The advisory
//! database is on GitHub, which the landing check does not reach: run `cargo deny check advisories` by hand.

mod bans;
mod licences;
mod policy;
mod sources;
mod spdx;
mod tree;

use super::Finding;
use crate::error::Error;
use crate::{process, repository};
use policy::Policy;
use tree::Tree;

/// Checks licences, bans and sources.
///
/// # Errors
/// [`Error::Rules`] with everything that breaks `deny.toml`.
pub(crate) fn run() -> Result<(), Error> {
    let findings = findings()?;
    if !findings.is_empty() {
        return Err(Error::Rules(findings));
    }
    if process::answers("cargo-deny", &["--version"]) {
        process::run(repository::command("cargo").args(["deny", "check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}

fn findings() -> Result<Vec<Finding>, Error> {
    let policy: Policy = repository::read_toml("deny.toml")?;
    let tree = Tree::of_workspace()?;
    let mut findings = licences::findings(&policy.licenses, &tree);
    findings.extend(bans::findings(&policy.bans, &tree));
    findings.extend(sources::findings(&policy.sources, &repository::read_toml("Cargo.lock")?));
    println!("{} packages in the tree, {} findings", tree.packages.len(), findings.len());
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::super::assert_kept;

    #[test]
    fn the_resolved_tree_keeps_deny_toml() {
        assert_kept(&super::findings().unwrap());
    }
}
