//! `cargo xtask bench`: the benchmarks, by name.
//!
//! Timed assertions do not belong in the test suite; here they are measured side by side with their
//! peers in one run and reported as ratios. A benchmark is a file in this folder and a line in [`BENCHES`].

mod document;
mod doors;
mod machine;
mod pages;
mod program;
mod timing;
mod verify;

use clap::Parser;

use crate::error::Error;

/// What may be said to `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The benchmark; without a name, those that exist are listed.
    name: Option<String>,
    /// Handed to the benchmark as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// A benchmark that can be asked for.
struct Bench {
    name: &'static str,
    /// What it measures and against what, in one line.
    about: &'static str,
    run: fn(&[String]) -> Result<(), Error>,
}

/// Every benchmark there is.
const BENCHES: &[Bench] = &[
    Bench {
        name: "verify",
        about: "verifying app passwords, beside the bare SQLite point read and Dovecot's auth service [--quick]",
        run: verify::run,
    },
    Bench {
        name: "doors",
        about: "signing in and relaying at a mail door, beside nginx mail, Dovecot's proxy and HAProxy [--quick]",
        run: doors::run,
    },
    Bench {
        name: "pages",
        about: "the admin pages at the server, with 100,000 accounts and 1,000,000 app passwords [--quick]",
        run: pages::run,
    },
    Bench {
        name: "timing",
        about: "whether the time of a refused sign-in tells its cause, at a door and at the portal [--quick]",
        run: timing::run,
    },
];

/// Runs the named benchmark, or lists them all.
///
/// # Errors
/// [`Error::Unknown`] for a name that does not exist, else what the benchmark fails with.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let Some(name) = &arguments.name else {
        for bench in BENCHES {
            println!("{:12} {}", bench.name, bench.about);
        }
        return Ok(());
    };
    match BENCHES.iter().find(|bench| bench.name == name) {
        Some(bench) => (bench.run)(&arguments.arguments),
        None => Err(Error::Unknown {
            kind: "benchmark",
            name: name.clone(),
            existing: BENCHES.iter().map(|bench| bench.name.to_owned()).collect(),
        }),
    }
}

/// A benchmark's own arguments. What it does not take ends the program with an explanation, as everywhere.
fn parse<T: Parser>(arguments: &[String]) -> T {
    T::parse_from(std::iter::once("").chain(arguments.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_that_does_not_exist_is_refused_by_name() {
        let arguments = Arguments { name: Some("no-such".to_owned()), arguments: Vec::new() };
        let error = run(&arguments).unwrap_err().to_string();
        assert!(error.starts_with("there is no benchmark named `no-such`; "), "{error}");
    }
}
