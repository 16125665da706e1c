//! What can stop a developer command, each with the remedy in its words.

use std::io;
use std::path::PathBuf;

use crate::checks::Finding;

/// Why a developer command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A program could not be started, most often because it is not installed.
    #[error("cannot start `{command}`: {source}")]
    NotStarted {
        /// The command line as one would type it.
        command: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A program ran and reported failure; its own output stands above.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// The command line as one would type it.
        command: String,
        /// Exit code or signal.
        status: std::process::ExitStatus,
    },
    /// One step of several failed; the cause has been printed under the step's heading.
    #[error("step \"{step}\" failed: {source}")]
    Step {
        /// The heading of the step.
        step: &'static str,
        /// Why it failed.
        source: Box<Self>,
    },
    /// A file of the repository cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A TOML file of the repository cannot be understood.
    #[error("{}: {source}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where in the file, and why.
        source: Box<toml::de::Error>,
    },
    /// Rules of the repository are broken.
    #[error("{} broken:\n{}", count(.0.len(), "rule is", "rules are"), list(.0))]
    Rules(Vec<Finding>),
    /// The tests need packages that could not be installed.
    #[error(
        "the end-to-end tests need these packages, which could not be installed: {}\n  \
         cause: {cause}\n  install them by hand: {by_hand}\n  or run without: cargo xtask test --no-install",
        packages.join(" ")
    )]
    MissingPackages {
        /// The packages that are not installed.
        packages: Vec<String>,
        /// The command to type.
        by_hand: String,
        /// Why the automatic installation did not work.
        cause: Box<Self>,
    },
    /// Generated files differ from what the code prints now.
    #[error("out of date: {}\n  run `cargo xtask generate` and commit the result", .0.join(", "))]
    Stale(Vec<String>),
    /// A name given on the command line is not known.
    #[error("there is no {kind} named `{name}`; {}", known(.existing))]
    Unknown {
        /// What was asked for: a benchmark, a fuzz target.
        kind: &'static str,
        /// The name as typed.
        name: String,
        /// The names that would have worked.
        existing: Vec<String>,
    },
    /// The document of the benchmarks has no place for the result.
    #[error("docs/benchmarks.md has no section between `<!-- bench {section}: begin -->` and `… end -->`")]
    NoMarkers {
        /// The benchmark.
        section: String,
    },
    /// The fuzz crate is not there.
    #[error("there is no fuzz/Cargo.toml in this repository, hence nothing to fuzz")]
    NoFuzzCrate,
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn list(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("  {finding}")).collect::<Vec<_>>().join("\n")
}

fn known(existing: &[String]) -> String {
    if existing.is_empty() {
        "none exists".to_owned()
    } else {
        format!("these exist: {}", existing.join(", "))
    }
}
