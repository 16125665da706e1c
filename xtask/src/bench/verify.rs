//! `cargo xtask bench verify`: what a verify costs, beside the bare point read and beside Dovecot
//! (`crates/server/benches/verify`).

use super::program;
use crate::error::Error;

/// What a quick look asks for: minutes less, and no claim about a million.
const QUICK: [&str; 4] = ["--sizes=1000,10000", "--rounds=3", "--operations=8192", "--dovecot=10000"];

/// Measures and writes the section.
///
/// # Errors
/// See [`program::run`].
pub(super) fn run(arguments: &[String]) -> Result<(), Error> {
    program::run("verify", &QUICK, arguments)
}
