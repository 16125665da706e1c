//! Documents point only at what exists: relative links, and paths written in backticks.

use super::Finding;

/// Where a path in backticks is meant from the root of the repository, and must exist.
const FOLDERS: [&str; 5] = ["crates/", "docs/", "xtask/", "fuzz/", ".ci/"];

/// What a document points at: `(target, is_link)`, links relative to its folder, paths to the root.
fn targets(document: &str) -> Vec<(usize, &str, bool)> {
    let mut targets = Vec::new();
    let mut in_block = false;
    for (number, line) in (1..).zip(document.lines()) {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        }
        if in_block {
            continue;
        }
        let links = line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
        targets.extend(links.map(|link| (number, link, true)));
        let paths = line.split('`').skip(1).step_by(2);
        targets.extend(
            paths
                .filter(|path| FOLDERS.iter().any(|folder| path.starts_with(folder)))
                .filter(|path| !path.contains(['*', '<', '{', ' ', '…']))
                .map(|path| (number, path, false)),
        );
    }
    targets
}

/// The targets of a document that do not exist. `folder` is its own, with a `/` unless it is the root.
fn findings(path: &str, document: &str, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
    let mut findings = Vec::new();
    for (number, target, is_link) in targets(document) {
        let local = target.split('#').next().unwrap_or_default();
        if local.is_empty() || local.contains("://") || local.starts_with("mailto:") {
            continue;
        }
        let from_root = if is_link { format!("{folder}{local}") } else { local.to_owned() };
        if !exists(&from_root) {
            findings.push(Finding::new(format!("{path}:{number}"), format!("`{target}` does not exist")));
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
    fn documents_point_only_at_what_exists() {
        let broken: Vec<_> = repository::files()
            .unwrap()
            .iter()
            .filter(|path| path.ends_with(".md"))
            .flat_map(|path| {
                findings(path, &repository::read(path).unwrap(), |target| repository::path(target).exists())
            })
            .collect();
        assert_kept(&broken);
    }

    #[test]
    fn links_are_relative_to_the_document_and_paths_to_the_root() {
        let document = "[a](b.md#part) [c](https://example.test/x) [d](#here) `crates/domain` `crates/gone` `crates/*`\n\
                        ```\n[in a block](nowhere.md)\n```\n[e](../e.md)\n";
        let exists = |path: &str| matches!(path, "docs/b.md" | "crates/domain");
        assert_eq!(
            lines(&findings("docs/a.md", document, exists)),
            ["docs/a.md:1: `crates/gone` does not exist", "docs/a.md:5: `../e.md` does not exist"]
        );
    }
}
