//! `cargo xtask seed`: a database of 100,000 accounts to look at and to measure with
//! (`crates/storage-sql/examples/seed`).

use crate::error::Error;
use crate::{process, repository};

/// What may be said to `cargo xtask seed`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A new database: the path of a file, or a postgres URL.
    #[arg(long, value_name = "DATABASE")]
    database: String,
    /// Accounts; for each there are ten app passwords, ten sign-ins in the last 30 days and two audit records.
    #[arg(long, default_value_t = 100_000)]
    accounts: u64,
    /// The same number makes the same university.
    #[arg(long, default_value_t = 1)]
    number: u64,
}

/// Fills it.
///
/// # Errors
/// When the example does not build, or the database is not a new one.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let mut seed = repository::command("cargo");
    seed.args(["run", "--quiet", "--release", "--package", "postern-storage-sql", "--example", "seed", "--"]);
    seed.args(["--database", &arguments.database, "--accounts", &arguments.accounts.to_string()]);
    seed.args(["--number", &arguments.number.to_string()]);
    process::run(&mut seed)
}
