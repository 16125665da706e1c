//! `cargo xtask bench doors`: what a sign-in at a mail door and the relay behind it cost, beside nginx, Dovecot and HAProxy
//! (`crates/server/benches/doors`).

use super::program;
use crate::error::Error;

/// What a quick look asks for.
const QUICK: [&str; 4] = ["--rounds=2", "--operations=400", "--sessions=200", "--mebibytes=256"];

/// Measures and writes the section.
///
/// # Errors
/// See [`program::run`].
pub(super) fn run(arguments: &[String]) -> Result<(), Error> {
    program::run("doors", &QUICK, arguments)
}
