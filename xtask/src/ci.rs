//! `cargo xtask ci`: everything that a change must pass, cheapest first, stopping at the first failure.
//!
//! One profile and one set of features throughout (`--workspace --all-targets`, debug), so that each
//! dependency is checked once and compiled once.

use crate::error::Error;
use crate::process::{run as run_command, step};
use crate::repository::command;
use crate::{checks, fuzz, packages, peers, test};

/// Runs the steps.
///
/// # Errors
/// [`Error::Step`] for the first step that fails.
pub(crate) fn run() -> Result<(), Error> {
    step("format", || run_command(command("cargo").args(["fmt", "--all", "--check"])))?;
    step("licences, bans, sources, dependency list", checks::deny::run)?;
    step("clippy", || {
        run_command(command("cargo").args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    step("docs", || {
        run_command(
            command("cargo")
                .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    })?;
    step("packages for the end-to-end tests", packages::ensure_installed)?;
    step("peers for the end-to-end tests", peers::ensure_installed)?;
    step("fuzz targets compile", fuzz::check)?;
    step("tests", || test::run_all(&[]))?;
    println!("xtask ci: all steps passed");
    Ok(())
}
