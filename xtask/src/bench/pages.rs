//! `cargo xtask bench pages`: what each admin page costs at the server with 100,000 accounts
//! (`crates/server/benches/pages`).

use super::program;
use crate::error::Error;

/// What a quick look asks for.
const QUICK: [&str; 1] = ["--rounds=10"];

/// Measures and writes the section.
///
/// # Errors
/// See [`program::run`].
pub(super) fn run(arguments: &[String]) -> Result<(), Error> {
    program::run("pages", &QUICK, arguments)
}
