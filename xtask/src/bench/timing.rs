//! `cargo xtask bench timing`: whether the time of a refusal tells its cause (`crates/server/benches/timing`).

use super::program;
use crate::error::Error;

/// What a quick look asks for: seconds, and no claim.
const QUICK: [&str; 2] = ["--pairs=500", "--slow-pairs=30"];

/// Measures and writes the section.
///
/// # Errors
/// See [`program::run`].
pub(super) fn run(arguments: &[String]) -> Result<(), Error> {
    program::run("timing", &QUICK, arguments)
}
