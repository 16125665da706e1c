//! The packages that are really built, and who depends on whom.
//!
//! Read from `cargo tree` and not from `cargo metadata`, whose resolution switches on optional
//! dependencies behind weak features (`ring?/std`): it lists packages that no build contains.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::{process, repository};

/// The resolved tree of the workspace: normal, build and development edges, for every target.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    /// By `name version`.
    pub(super) packages: BTreeMap<String, Package>,
}

/// One package of the tree.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: String,
    /// The SPDX expression of its manifest; empty when it has none.
    pub(super) licence: String,
    /// The names of the packages that depend on it directly.
    pub(super) dependents: BTreeSet<String>,
}

impl Tree {
    /// Asks cargo.
    ///
    /// # Errors
    /// When cargo cannot resolve the workspace.
    pub(super) fn of_workspace() -> Result<Self, Error> {
        let text = process::output(repository::command("cargo").args([
            "tree",
            "--workspace",
            "--edges=normal,build,dev",
            "--target=all",
            "--prefix=depth",
            "--format=|{p}|{l}|",
            "--locked",
        ]))?;
        Ok(Self::parse(&String::from_utf8_lossy(&text)))
    }

    /// Reads lines of `depth|name vVersion (source)|licence|`, a package's children below it, one deeper.
    fn parse(text: &str) -> Self {
        let mut tree = Self::default();
        let mut ancestors: Vec<String> = Vec::new();
        for line in text.lines() {
            let mut fields = line.split('|');
            let (Some(depth), Some(package), Some(licence)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let Ok(depth) = depth.parse::<usize>() else { continue };
            let mut words = package.split(' ');
            let (name, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            ancestors.truncate(depth);
            let entry = tree.packages.entry(format!("{name} {version}")).or_default();
            name.clone_into(&mut entry.name);
            licence.clone_into(&mut entry.licence);
            entry.dependents.extend(ancestors.last().cloned());
            ancestors.push(name.to_owned());
        }
        tree
    }
}

#[cfg(test)]
impl Tree {
    /// A tree from the same text that cargo prints.
    pub(super) fn example(text: &str) -> Self {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_belongs_to_the_nearest_line_above_that_is_one_shallower() {
        let tree = Tree::parse(
            "0|postern-web v0.1.0 (/somewhere/crates/web)|MIT OR Apache-2.0|\n\
             1|axum v0.8.9|MIT|\n\
             2|http v1.3.1|MIT OR Apache-2.0|\n\
             1|http v1.3.1|MIT OR Apache-2.0| (*)\n\
             \n\
             0|xtask v0.1.0 (/somewhere/xtask)|MIT OR Apache-2.0|\n\
             1|toml v1.2.1|MIT OR Apache-2.0|\n",
        );
        let dependents =
            |package: &str| tree.packages[package].dependents.iter().cloned().collect::<Vec<_>>();
        assert_eq!(dependents("http v1.3.1"), ["axum", "postern-web"]);
        assert_eq!(dependents("toml v1.2.1"), ["xtask"]);
        assert_eq!(dependents("xtask v0.1.0"), [""; 0]);
        assert_eq!(tree.packages["axum v0.8.9"].licence, "MIT");
    }
}
