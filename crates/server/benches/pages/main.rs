//! What each admin page and each list of the API costs at the server, with 100,000 accounts and 1,000,000 app passwords.
//! Run by `cargo xtask bench pages`; prints Markdown.
//!
//! A page is asked of the router in this process, so that neither TLS nor a browser is measured: sign-in of the session,
//! the deeds, the database and the template are. Which addresses there are is not written here: they are taken from the
//! table of the pages, from the search forms and links of the pages themselves, and from the OpenAPI document. One for
//! which a value is missing fails the run. The database is seeded once and kept.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark speaks on its terminal")]

mod addresses;
mod api;
mod asking;
#[path = "../verify/cost.rs"]
mod cost;
mod found;
mod markup;
mod pages;
mod table;
#[path = "../../../storage-sql/examples/seed/university/mod.rs"]
mod university;
mod verification;

use std::error::Error;

use clap::Parser;
use mimalloc::MiMalloc;
use postern_storage_sql::Location;
use postern_testkit::TestService;

use crate::asking::Asking;
use crate::found::Found;
use crate::table::Table;
use crate::university::{NOW, Sizes, University};

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
    /// How often each address is asked.
    #[arg(long, default_value_t = 50)]
    rounds: usize,
    /// Only pages and endpoints whose path contains this.
    #[arg(long, default_value = "")]
    only: String,
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
    runtime.block_on(measure(&arguments))
}

async fn measure(arguments: &Arguments) -> Outcome<()> {
    let location: Location = arguments.database.parse()?;
    let store = postern_storage_sql::open(&location).await?;
    if store.snapshot().await?.account_count().await? == 0 {
        eprintln!("seeding {} accounts", arguments.accounts);
        University::new(1, Sizes::usual(arguments.accounts))
            .fill(&*store, |done| eprintln!("{done}"))
            .await?;
    }
    let test = TestService::open_on(store).await;
    // Everything in the database happened until then.
    test.clock.set(NOW);
    let asking = Asking::open(&test).await?;
    let found = Found::look(&test).await?;
    let mut table = Table::default();
    for page in pages::all(&found)?.into_iter().filter(|page| page.pattern.contains(&arguments.only)) {
        pages::measure(&asking, &found, page, arguments.rounds, &mut table).await?;
    }
    for endpoint in api::all(&found)?.into_iter().filter(|endpoint| endpoint.path.contains(&arguments.only)) {
        api::measure(&asking, endpoint, arguments.rounds, &mut table).await?;
    }
    println!("{}", table.markdown());
    if arguments.only.is_empty() {
        println!("\n{}", verification::measure(&asking, &test).await?);
    }
    test.service.close().await;
    Ok(())
}
