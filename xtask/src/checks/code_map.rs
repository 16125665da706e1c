//! ARCHITECTURE.md's code map names every crate, and nothing that is not there.

use std::collections::BTreeSet;

use super::Finding;

/// The heading of the map.
const HEADING: &str = "## Code map";

/// The folders that the map names: `crates/<name>` or `xtask`, written in backticks below its heading.
fn named(document: &str) -> BTreeSet<String> {
    let map: String = document
        .lines()
        .skip_while(|line| *line != HEADING)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .collect::<Vec<_>>()
        .join("\n");
    map.split('`').skip(1).step_by(2).filter_map(crate_folder).collect()
}

fn crate_folder(path: &str) -> Option<String> {
    let mut parts = path.trim_end_matches('/').split('/');
    match (parts.next()?, parts.next()) {
        ("crates", Some(name)) => Some(format!("crates/{name}")),
        ("xtask", _) => Some("xtask".to_owned()),
        _ => None,
    }
}

/// The differences between the map and the crates that exist.
fn findings(document: &str, existing: &BTreeSet<String>) -> Vec<Finding> {
    let named = named(document);
    let missing = existing.difference(&named).map(|folder| (folder, "is not in the code map"));
    let gone =
        named.difference(existing).map(|folder| (folder, "is in the code map but not in the workspace"));
    missing.chain(gone).map(|(folder, problem)| Finding::new(folder, problem)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, lines};
    use super::*;
    use crate::repository;

    #[test]
    fn the_code_map_names_every_crate_and_nothing_else() {
        let members = repository::members().unwrap();
        let existing =
            members.iter().filter_map(|(path, _)| path.strip_suffix("/Cargo.toml")).map(str::to_owned);
        let existing = existing.collect();
        assert_kept(&findings(&repository::read("ARCHITECTURE.md").unwrap(), &existing));
    }

    #[test]
    fn a_missing_and_a_gone_crate_are_found() {
        let document = "# A\n`crates/outside`\n## Code map\n`crates/domain/src/clock.rs` and `crates/gone`, `fuzz`\n\
                        ## Next\n`crates/after`\n";
        let existing = ["crates/domain", "xtask"].map(str::to_owned).into();
        assert_eq!(
            lines(&findings(document, &existing)),
            ["xtask: is not in the code map", "crates/gone: is in the code map but not in the workspace"]
        );
    }
}
