//! `deny.toml`, as much of it as is held here. Unknown keys are cargo-deny's own and skipped.

use std::collections::BTreeSet;

use serde::Deserialize;

/// The file.
#[derive(Deserialize)]
pub(super) struct Policy {
    pub(super) licenses: Licences,
    pub(super) bans: Bans,
    pub(super) sources: Sources,
}

/// `[licenses]`: what a dependency may be licensed under.
#[derive(Deserialize)]
pub(super) struct Licences {
    /// SPDX identifiers that are accepted for every package.
    pub(super) allow: BTreeSet<String>,
    /// Further ones for single packages.
    #[serde(default)]
    pub(super) exceptions: Vec<Exception>,
}

/// Licences accepted for one package only.
#[derive(Deserialize)]
pub(super) struct Exception {
    #[serde(rename = "crate")]
    pub(super) package: String,
    pub(super) allow: BTreeSet<String>,
}

/// `[bans]`: packages that may not be in the tree, or only below certain others.
#[derive(Deserialize)]
pub(super) struct Bans {
    pub(super) deny: Vec<Ban>,
}

/// One banned package.
#[derive(Deserialize)]
pub(super) struct Ban {
    #[serde(rename = "crate")]
    pub(super) package: String,
    /// The only packages that may depend on it directly; none means that it is banned outright.
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
    /// Why, for whoever meets the refusal.
    pub(super) reason: String,
}

/// `[sources]`: where packages may come from.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Sources {
    pub(super) allow_registry: Vec<String>,
}
