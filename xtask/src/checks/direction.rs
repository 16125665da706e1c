//! Dependency direction, read from the manifests: doors → service → storage → domain; `protocols` depends on
//! nothing of ours; only `server` sees `storage-sql`; `testkit` is only ever a development dependency.

use super::Finding;

/// What a crate of ours may depend on among our own.
struct Row {
    name: &'static str,
    /// In the code that ships.
    normal: &'static [&'static str],
    /// In its tests, beyond that.
    tests: &'static [&'static str],
}

/// The table. A crate that is not in it may not exist: whoever adds one decides its place here.
const TABLE: &[Row] = &[
    Row { name: "postern-domain", normal: &[], tests: &[] },
    Row { name: "postern-protocols", normal: &[], tests: &[] },
    Row { name: "postern-storage", normal: &["postern-domain"], tests: &[] },
    Row {
        name: "postern-storage-sql",
        normal: &["postern-domain", "postern-storage"],
        tests: &["postern-testkit"],
    },
    Row {
        name: "postern-service",
        normal: &["postern-domain", "postern-storage"],
        // The service is tested over the real store, in memory: there is no mock of our own code.
        tests: &["postern-storage-sql", "postern-testkit"],
    },
    Row {
        name: "postern-gateway",
        normal: &["postern-domain", "postern-protocols", "postern-service"],
        tests: &["postern-testkit"],
    },
    Row {
        name: "postern-web",
        normal: &["postern-domain", "postern-protocols", "postern-service"],
        tests: &["postern-testkit"],
    },
    Row {
        name: "postern-server",
        normal: &[
            "postern-domain",
            "postern-storage",
            "postern-storage-sql",
            "postern-service",
            "postern-gateway",
            "postern-web",
        ],
        tests: &["postern-testkit"],
    },
    Row {
        name: "postern-testkit",
        normal: &["postern-domain", "postern-storage", "postern-storage-sql", "postern-service"],
        tests: &[],
    },
    // The developer's tool must build in seconds and know the product only from outside.
    Row { name: "xtask", normal: &[], tests: &[] },
];

/// What the names of our own crates begin with.
const OURS: &str = "postern-";

/// The name that a manifest gives its crate.
fn name_of(manifest: &toml::Table) -> &str {
    manifest.get("package").and_then(|package| package.get("name")?.as_str()).unwrap_or_default()
}

/// Our crates that a manifest depends on, with whether only for its tests.
fn our_dependencies(manifest: &toml::Table) -> impl Iterator<Item = (&str, bool)> {
    [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        .into_iter()
        .filter_map(|(table, in_tests)| Some((manifest.get(table)?.as_table()?, in_tests)))
        .flat_map(|(table, in_tests)| table.keys().map(move |name| (name.as_str(), in_tests)))
        .filter(|(name, _)| name.starts_with(OURS))
}

/// The edges between our crates that the table does not have, and crates that it does not know.
fn findings(table: &[Row], members: &[(String, toml::Table)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, manifest) in members {
        let name = name_of(manifest);
        let Some(row) = table.iter().find(|row| row.name == name) else {
            findings.push(Finding::new(name, "has no row in the table of dependency direction"));
            continue;
        };
        for (target, in_tests) in our_dependencies(manifest) {
            let allowed = row.normal.contains(&target) || (in_tests && row.tests.contains(&target));
            if !allowed {
                let place = if in_tests { "in its tests" } else { "in the code that ships" };
                findings.push(Finding::new(name, format!("may not depend on {target} {place}")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, lines};
    use super::*;
    use crate::repository;

    #[test]
    fn our_crates_depend_on_each_other_only_downwards() {
        let members = repository::members().unwrap();
        assert_kept(&findings(TABLE, &members));
    }

    #[test]
    fn the_table_names_no_crate_that_is_gone() {
        let members = repository::members().unwrap();
        let present: Vec<_> = members.iter().map(|(_, manifest)| name_of(manifest)).collect();
        let gone: Vec<_> = TABLE.iter().map(|row| row.name).filter(|name| !present.contains(name)).collect();
        assert_eq!(gone, [""; 0]);
    }

    #[test]
    fn an_edge_outside_the_table_is_found() {
        let members = repository::members().unwrap();
        let strict = [
            Row { name: "postern-storage", normal: &[], tests: &["postern-domain"] },
            Row { name: "postern-domain", normal: &[], tests: &[] },
        ];
        let found = lines(&findings(&strict, &members));
        assert!(found.contains(
            &"postern-storage: may not depend on postern-domain in the code that ships".to_owned()
        ));
        assert!(found.contains(&"xtask: has no row in the table of dependency direction".to_owned()));
        assert!(!found.iter().any(|line| line.starts_with("postern-domain:")));
    }
}
