//! The tests that ARCHITECTURE.md names for the invariants exist.

use super::Finding;

/// The heading of the table of invariants.
const HEADING: &str = "## Invariants";

/// What is written like the name of a test: words in lower case, joined by at least two underscores.
fn named(document: &str) -> Vec<&str> {
    let (_, after) = document.split_once(HEADING).unwrap_or_default();
    let section = after.split("\n## ").next().unwrap_or_default();
    section
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.matches('_').count() >= 2)
        .filter(|name| {
            name.bytes().all(|octet| octet == b'_' || octet.is_ascii_lowercase() || octet.is_ascii_digit())
        })
        .collect()
}

/// The named tests that none of `sources` has.
fn findings(document: &str, sources: &[String]) -> Vec<Finding> {
    named(document)
        .into_iter()
        .filter(|name| !sources.iter().any(|source| source.contains(&format!("fn {name}("))))
        .map(|name| Finding::new("ARCHITECTURE.md", format!("there is no test `{name}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, lines};
    use super::*;
    use crate::repository;

    #[test]
    fn what_holds_an_invariant_exists() {
        let document = repository::read("ARCHITECTURE.md").unwrap();
        let files = repository::files().unwrap();
        let sources: Vec<_> = files
            .iter()
            .filter(|path| path.ends_with(".rs"))
            .map(|path| repository::read(path).unwrap())
            .collect();
        assert!(named(&document).len() > 5, "the table of invariants was not found");
        assert_kept(&findings(&document, &sources));
    }

    #[test]
    fn a_test_that_is_gone_is_found() {
        let document = "`before_the_table`\n## Invariants\n| `it_is_so` | `it_was_so`, `a/path_to_a.rs` |\n## Next\n`after_the_table`";
        let sources = ["#[test]\nfn it_is_so() {}".to_owned()];
        assert_eq!(lines(&findings(document, &sources)), ["ARCHITECTURE.md: there is no test `it_was_so`"]);
    }
}
