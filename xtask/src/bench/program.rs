//! A benchmark that is a program of its own: a `[[bench]]` of `crates/server` that prints tables. Here they get the facts
//! of the machine and their place in the document.

use std::path::Path;

use super::{document, machine};
use crate::error::Error;
use crate::{process, repository};

/// What may be said to such a benchmark.
#[derive(clap::Parser)]
#[command(name = "cargo xtask bench …")]
struct Arguments {
    /// Measure less, print only: the document stays as it is.
    #[arg(long)]
    quick: bool,
    /// The day that the document names; without it, the one that the file system gives to a new file.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
}

/// Measures, prints the tables and writes them into the section of the document that has the benchmark's name. `quick`
/// is what the program is told for a quick look.
///
/// # Errors
/// When the benchmark does not build or fails, or the document cannot be written.
pub(super) fn run(name: &str, quick: &[&str], arguments: &[String]) -> Result<(), Error> {
    let arguments: Arguments = super::parse(arguments);
    let mut bench = repository::command("cargo");
    bench.args(["bench", "--quiet", "--package", "postern-server", "--bench", name, "--"]);
    if arguments.quick {
        bench.args(quick);
    }
    let tables = String::from_utf8_lossy(&process::output(&mut bench)?).into_owned();
    println!("{tables}");
    if arguments.quick {
        return Ok(());
    }
    let facts = machine::facts(arguments.date.as_deref())?;
    document::put(name, &format!("{facts}\n\n{}", tables.trim()))?;
    println!("wrote {}", Path::new(document::PATH).display());
    Ok(())
}
