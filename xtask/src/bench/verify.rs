//! `cargo xtask bench verify`: what a verify costs, beside the bare point read and beside Dovecot.
//!
//! The measuring is done by `crates/server/benches/verify`, which prints tables; here they get the facts of the machine
//! and their place in the document.

use std::path::Path;

use super::{document, machine};
use crate::error::Error;
use crate::{process, repository};

/// The section of the document.
const SECTION: &str = "verify";

/// What a quick look asks for: minutes less, and no claim about a million.
const QUICK: [&str; 4] = ["--sizes=1000,10000", "--rounds=3", "--operations=8192", "--dovecot=10000"];

/// What may be said to `cargo xtask bench verify`.
#[derive(clap::Parser)]
#[command(name = "cargo xtask bench verify")]
struct Arguments {
    /// Measure less, print only: the document stays as it is.
    #[arg(long)]
    quick: bool,
    /// The day that the document names; without it, the one that the file system gives to a new file.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
}

/// Measures, prints the tables and writes them into the document.
///
/// # Errors
/// When the benchmark does not build or fails, or the document cannot be written.
pub(super) fn run(arguments: &[String]) -> Result<(), Error> {
    let arguments: Arguments = super::parse(arguments);
    let mut bench = repository::command("cargo");
    bench.args(["bench", "--quiet", "--package", "postern-server", "--bench", "verify", "--"]);
    if arguments.quick {
        bench.args(QUICK);
    }
    let tables = String::from_utf8_lossy(&process::output(&mut bench)?).into_owned();
    println!("{tables}");
    if arguments.quick {
        return Ok(());
    }
    let facts = machine::facts(arguments.date.as_deref())?;
    document::put(SECTION, &format!("{facts}\n\n{}", tables.trim()))?;
    println!("wrote {}", Path::new(document::PATH).display());
    Ok(())
}
