//! The dependency list: everything stands once in the root manifest, with its reason, and is used.

use std::collections::BTreeSet;

use super::Finding;

/// How many packages we may choose to depend on directly.
const MOST_DEPENDENCIES: usize = 60;

/// The `name = …  # reason` lines of `[workspace.dependencies]` that are not our own crates.
fn chosen(manifest: &str) -> Vec<(&str, &str)> {
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .filter(|(_, value)| !value.contains("path = "))
        .collect()
}

/// What the root manifest breaks; `used` are the names that members inherit.
fn root_findings(manifest: &str, used: &BTreeSet<String>) -> Vec<Finding> {
    let chosen = chosen(manifest);
    let mut findings = Vec::new();
    if chosen.len() > MOST_DEPENDENCIES {
        let problem = format!("{} direct dependencies, at most {MOST_DEPENDENCIES}", chosen.len());
        findings.push(Finding::new("Cargo.toml", problem));
    }
    for (name, value) in chosen {
        if value.split_once(" # ").is_none_or(|(_, reason)| reason.trim().is_empty()) {
            findings.push(Finding::new("Cargo.toml", format!("{name} has no `# reason` on its line")));
        }
        if !used.contains(name) {
            findings.push(Finding::new("Cargo.toml", format!("no crate uses {name}")));
        }
    }
    findings
}

/// The tables of a manifest that list dependencies.
const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The dependencies of a member with whether it inherits them from the root.
fn dependencies(manifest: &toml::Table) -> Vec<(String, bool)> {
    TABLES
        .iter()
        .filter_map(|table| manifest.get(*table)?.as_table())
        .flatten()
        .map(|(name, value)| {
            (name.clone(), value.get("workspace").and_then(toml::Value::as_bool) == Some(true))
        })
        .collect()
}

/// What `deny.toml`, which cannot tell tests from what ships, lets a member have for its tests and benchmarks alone.
const FOR_TESTS_ALONE: &[(&str, &str)] =
    &[("crates/server/Cargo.toml", "rusqlite"), ("crates/server/Cargo.toml", "fantoccini")];

/// The dependencies of what ships that are there for tests alone.
fn shipped_findings(path: &str, manifest: &toml::Table) -> Vec<Finding> {
    let ships = |name: &str| {
        ["dependencies", "build-dependencies"]
            .iter()
            .filter_map(|table| manifest.get(*table)?.as_table())
            .any(|table| table.contains_key(name))
    };
    FOR_TESTS_ALONE
        .iter()
        .filter(|(member, name)| *member == path && ships(name))
        .map(|(_, name)| Finding::new(path, format!("{name} may only be a development dependency here")))
        .collect()
}

/// What a member's manifest breaks.
fn member_findings(path: &str, manifest: &toml::Table) -> Vec<Finding> {
    let mut findings: Vec<_> = dependencies(manifest)
        .into_iter()
        .filter(|(_, inherited)| !inherited)
        .map(|(name, _)| {
            Finding::new(path, format!("{name} is not inherited: write `{name}.workspace = true`"))
        })
        .collect();
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    if lints != Some(true) {
        findings.push(Finding::new(path, "does not take the workspace's lints"));
    }
    findings.extend(shipped_findings(path, manifest));
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, lines};
    use super::*;
    use crate::repository;

    #[test]
    fn the_dependency_list_has_reasons_and_nothing_unused() {
        let used = repository::members()
            .unwrap()
            .iter()
            .flat_map(|(_, manifest)| dependencies(manifest))
            .map(|(name, _)| name)
            .collect();
        assert_kept(&root_findings(&repository::read("Cargo.toml").unwrap(), &used));
    }

    #[test]
    fn members_inherit_dependencies_and_lints() {
        let broken: Vec<_> = repository::members()
            .unwrap()
            .iter()
            .flat_map(|(path, manifest)| member_findings(path, manifest))
            .collect();
        assert_kept(&broken);
    }

    #[test]
    fn a_bare_or_unused_line_is_found() {
        let manifest = "[workspace.dependencies]\nours = { path = \"crates/ours\" }\n# Group\n\
                        good = \"1\" # why\nbare = \"1\"\nidle = \"1\" # why\n[workspace.lints]\nx = 1\n";
        let used = ["good", "bare"].map(str::to_owned).into();
        assert_eq!(
            lines(&root_findings(manifest, &used)),
            ["Cargo.toml: bare has no `# reason` on its line", "Cargo.toml: no crate uses idle"]
        );
    }

    #[test]
    fn the_sixty_first_dependency_is_found() {
        let list: String =
            (0..=MOST_DEPENDENCIES).map(|number| format!("d{number} = \"1\" # why\n")).collect();
        let used = (0..=MOST_DEPENDENCIES).map(|number| format!("d{number}")).collect();
        let manifest = format!("[workspace.dependencies]\n{list}");
        assert_eq!(
            lines(&root_findings(&manifest, &used)),
            ["Cargo.toml: 61 direct dependencies, at most 60"]
        );
    }

    #[test]
    fn what_is_for_tests_alone_does_not_ship() {
        let manifest = |table: &str| {
            toml::from_str(&format!("[lints]\nworkspace = true\n[{table}]\nrusqlite.workspace = true\n"))
                .unwrap()
        };
        let path = "crates/server/Cargo.toml";
        assert_eq!(lines(&member_findings(path, &manifest("dev-dependencies"))), [""; 0]);
        assert_eq!(
            lines(&member_findings(path, &manifest("dependencies"))),
            ["crates/server/Cargo.toml: rusqlite may only be a development dependency here"]
        );
    }

    #[test]
    fn a_member_that_goes_its_own_way_is_found() {
        let manifest =
            toml::from_str("[dependencies]\na.workspace = true\n[dev-dependencies]\nb = \"1\"\n").unwrap();
        assert_eq!(
            lines(&member_findings("m", &manifest)),
            ["m: b is not inherited: write `b.workspace = true`", "m: does not take the workspace's lints"]
        );
    }
}
