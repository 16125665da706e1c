//! `cargo xtask fuzz`: runs the fuzz targets in `fuzz/` with cargo-fuzz on the nightly toolchain.
//!
//! CI only compiles the targets, on the stable toolchain, so that they do not rot; its smoke run over the same
//! entry points is made of the property tests of their crates.

use crate::error::Error;
use crate::{process, repository};

/// The manifest of the fuzz crate.
const MANIFEST: &str = "fuzz/Cargo.toml";

/// What may be said to `cargo xtask fuzz`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The target; without one, each in turn.
    target: Option<String>,
    /// How long to run each target, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Fuzzes the target, or each in turn, stopping at the first finding.
///
/// # Errors
/// When there is no such target, when cargo-fuzz cannot be installed, and when a target finds something.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    if !exists() {
        return Err(Error::NoFuzzCrate);
    }
    if !process::answers("cargo", &["fuzz", "--version"]) {
        println!("installing cargo-fuzz, once");
        process::run(repository::command("cargo").args(["install", "cargo-fuzz", "--locked"]))?;
    }
    let listing = process::output(&mut nightly_fuzz("list"))?;
    let existing: Vec<String> = String::from_utf8_lossy(&listing).lines().map(str::to_owned).collect();
    let chosen = match &arguments.target {
        None => existing,
        Some(name) if existing.contains(name) => vec![name.clone()],
        Some(name) => return Err(Error::Unknown { kind: "fuzz target", name: name.clone(), existing }),
    };
    for target in chosen {
        println!("== fuzz {target} for {} s", arguments.seconds);
        let limit = format!("-max_total_time={}", arguments.seconds);
        process::run(nightly_fuzz("run").args([&target, "--", &limit]))?;
    }
    Ok(())
}

/// Compiles the fuzz targets as far as the stable toolchain can, and checks their format.
///
/// They are a workspace of their own, because they are built with other flags, so no other step sees them.
///
/// # Errors
/// When they do not compile, and [`Error::NoFuzzCrate`] when there are none.
pub(crate) fn check() -> Result<(), Error> {
    if !exists() {
        return Err(Error::NoFuzzCrate);
    }
    process::run(repository::command("cargo").args(["fmt", "--manifest-path", MANIFEST, "--check"]))?;
    process::run(repository::command("cargo").args([
        "check",
        "--manifest-path",
        MANIFEST,
        "--all-targets",
        "--locked",
    ]))
}

fn exists() -> bool {
    repository::path(MANIFEST).is_file()
}

/// `rustup run` rather than `cargo +nightly`: inside `cargo xtask`, `cargo` may not be rustup's proxy.
fn nightly_fuzz(verb: &str) -> std::process::Command {
    let mut command = repository::command("rustup");
    command.args(["run", "nightly", "cargo", "fuzz", verb]);
    command
}
