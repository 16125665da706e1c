//! The rules of this repository, each a function that returns what breaks it.
//!
//! Every rule has two tests beside it: the repository keeps it, and an example that breaks it is found.
//! Plain `cargo test` runs them, so no rule waits for a reviewer's eye.

pub(crate) mod deny;

#[cfg(test)]
mod budgets;
#[cfg(test)]
mod code_map;
#[cfg(test)]
mod direction;
#[cfg(test)]
mod links;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod named_tests;
#[cfg(test)]
mod purity;
#[cfg(test)]
mod reply_table;
#[cfg(test)]
mod source_rules;

use std::fmt;

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file (with its line), crate or package.
    pub(crate) place: String,
    /// What is wrong with it, and what to do where that is not plain.
    pub(crate) problem: String,
}

impl Finding {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.problem)
    }
}

/// Fails a test with every finding on a line of its own.
#[cfg(test)]
#[track_caller]
fn assert_kept(findings: &[Finding]) {
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "\n{}\n", lines.join("\n"));
}

/// Findings as lines, for tests that show the whole answer.
#[cfg(test)]
fn lines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

/// What a rule finds in the Rust files of the repository. The rule is given the path and the text of each.
#[cfg(test)]
fn in_rust_files(rule: impl Fn(&str, &str) -> Vec<Finding>) -> Vec<Finding> {
    let files = crate::repository::files().unwrap();
    files
        .iter()
        .filter(|path| path.ends_with(".rs"))
        .flat_map(|path| rule(path, &crate::repository::read(path).unwrap()))
        .collect()
}
