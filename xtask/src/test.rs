//! `cargo xtask test`: installs what the tests need, then runs every test of the workspace.

use std::process::Command;

use crate::error::Error;
use crate::repository::command;
use crate::{packages, peers, process};

/// How long a whole run of plain `cargo test` may take, as coreutils' `timeout` reads it: several times what a
/// cold debug build and every test take on two cores.
const PLAIN_RUNNER_LIMIT: &str = "60m";

/// What may be said to `cargo xtask test`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run only the tests whose name contains one of these.
    filters: Vec<String>,
    /// Do not install packages; tests that need a missing one fail.
    #[arg(long)]
    no_install: bool,
}

/// Installs the packages, then runs the tests.
///
/// # Errors
/// When the packages cannot be installed or a test fails.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    if !arguments.no_install {
        packages::ensure_installed()?;
        peers::ensure_installed()?;
    }
    run_all(&arguments.filters)
}

/// Runs the documentation tests and then all others, the second also when the first failed.
///
/// cargo-nextest is used where it is installed: it ends a hanging test (`.config/nextest.toml`) and
/// bounds the heavy ones. Its summary comes last because it is the line that a reader looks for.
///
/// # Errors
/// The first failure.
pub(crate) fn run_all(filters: &[String]) -> Result<(), Error> {
    let documentation = process::run(
        command("cargo")
            .args(["test", "--workspace", "--doc", "--no-fail-fast", "--locked", "--"])
            .args(filters),
    );
    let others = process::run(&mut test_runner(filters));
    documentation.and(others)
}

fn test_runner(filters: &[String]) -> Command {
    if process::answers("cargo", &["nextest", "--version"]) {
        let mut nextest = command("cargo");
        nextest
            .args(["nextest", "run", "--workspace", "--all-targets", "--no-fail-fast", "--locked"])
            .args(filters);
        return nextest;
    }
    // The plain runner knows no limit, so a hung test would hold a machine for hours.
    let mut limited = command("timeout");
    limited.args(["--verbose", PLAIN_RUNNER_LIMIT, "cargo", "test", "--workspace", "--all-targets"]);
    limited.args(["--no-fail-fast", "--locked", "--"]).args(filters);
    limited
}
