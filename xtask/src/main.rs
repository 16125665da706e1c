//! `cargo xtask`: every command that a developer of Postern needs, one file each.
//!
//! CI runs nothing else (`.ci/run` calls `cargo xtask ci`), so that what passes on a desk passes there.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on its terminal")]

mod bench;
mod checks;
mod ci;
mod error;
mod fuzz;
mod generate;
mod packages;
mod peers;
mod pictures;
mod process;
mod repository;
mod seed;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The developer commands of Postern.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the end-to-end tests need, then run every test (or those that match FILTER).
    Test(test::Arguments),
    /// Install what the end-to-end tests need, and run nothing.
    Install,
    /// Run everything that a change must pass: format, clippy, docs, dependency rules, tests.
    Ci,
    /// Check licences, bans, sources and the dependency list, without building anything.
    Deny,
    /// Write the generated reference files again, or check that they are up to date.
    Generate(generate::Arguments),
    /// Take the pictures in the documents again.
    Pictures,
    /// Run a benchmark; without a name, list those that exist.
    Bench(bench::Arguments),
    /// Fill a new database with 100,000 accounts and what belongs to them.
    Seed(seed::Arguments),
    /// Fuzz one target, or each in turn (needs a nightly toolchain).
    Fuzz(fuzz::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test(arguments) => test::run(&arguments),
        Command::Install => packages::ensure_installed().and_then(|()| peers::ensure_installed()),
        Command::Ci => ci::run(),
        Command::Deny => checks::deny::run(),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Pictures => pictures::run(),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Seed(arguments) => seed::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
