//! What each admin page costs at the server, with 100,000 accounts and 1,000,000 app passwords. Run by `cargo xtask bench
//! pages`; prints Markdown.
//!
//! A page is asked of the router in this process, so that neither TLS nor a browser is measured: sign-in of the session,
//! the deeds, the database and the template are. The database is seeded once and kept.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark speaks on its terminal")]

#[path = "../verify/cost.rs"]
mod cost;
#[path = "../../../storage-sql/examples/seed/events.rs"]
mod events;
mod pages;
#[path = "../../../storage-sql/examples/seed/people.rs"]
mod people;
#[path = "../../../storage-sql/examples/seed/sample.rs"]
mod sample;
#[path = "../../../storage-sql/examples/seed/sizes.rs"]
mod sizes;

use std::error::Error;
use std::sync::Arc;

use clap::Parser;
use mimalloc::MiMalloc;
use postern_storage::Store;
use postern_storage_sql::Location;

use crate::sample::Sample;
use crate::sizes::Sizes;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What may fail here; a benchmark has nothing better to do with an error than to show it.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// What may be said to the benchmark.
#[derive(Parser)]
struct Arguments {
    /// A database: the path of a file, or a postgres URL. Seeded when there is nothing in it.
    #[arg(long, default_value = concat!(env!("CARGO_TARGET_TMPDIR"), "/pages.db"))]
    database: String,
    /// Accounts, when it is seeded.
    #[arg(long, default_value_t = 100_000)]
    accounts: u64,
    /// How often each page is asked.
    #[arg(long, default_value_t = 60)]
    rounds: usize,
    /// Passed by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Outcome<()> {
    // A test runner that is told to take all targets starts this too, and asks for a list of tests: there are none.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let location: Location = arguments.database.parse()?;
        let store = postern_storage_sql::open(&location).await?;
        if store.snapshot().await?.account_count().await? == 0 {
            seed(&store, arguments.accounts).await?;
        }
        println!("{}", pages::measure(store, arguments.rounds).await?);
        Ok(())
    })
}

async fn seed(store: &Arc<dyn Store>, accounts: u64) -> Outcome<()> {
    eprintln!("seeding {accounts} accounts");
    let (sizes, mut sample) = (Sizes::usual(accounts), Sample::new(1));
    people::accounts(&**store, &mut sample, &sizes).await?;
    people::app_passwords(&**store, &mut sample, &sizes).await?;
    events::audit_records(&**store, &mut sample, &sizes).await?;
    events::sign_ins(&**store, &mut sample, &sizes).await
}
