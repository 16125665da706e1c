//! What a sign-in at a mail door and the relay behind it cost: Postern beside nginx's mail module, Dovecot's proxy and
//! HAProxy, over loopback, in one run. Run by `cargo xtask bench doors`; prints Markdown.
//!
//! The clients and the real service run in this process; only the processes of who stands between are accounted.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark speaks on its terminal")]

mod auth_http;
mod backend;
mod client;
mod ledger;
mod peers;
mod process;
mod report;
mod round;

use std::error::Error;

use clap::Parser;
use postern_testkit::certificates::TestAuthority;

use crate::peers::Surroundings;

/// What may fail here; a benchmark has nothing better to do with an error than to show it.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What may be said to the benchmark.
#[derive(Parser)]
struct Arguments {
    /// Rounds that count; each measures everything twice. One more comes before, to warm up.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Sign-ins in each measurement.
    #[arg(long, default_value_t = 2_000)]
    operations: usize,
    /// Idle sessions in the measurement of memory.
    #[arg(long, default_value_t = 800)]
    sessions: usize,
    /// MiB relayed in each measurement.
    #[arg(long, default_value_t = 512)]
    mebibytes: usize,
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
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ledger = runtime.block_on(async {
        let backend = backend::start().await?;
        let surroundings = Surroundings {
            authority: TestAuthority::new("bench"),
            backend,
            auth_http: auth_http::start(backend).await?,
        };
        round::run(&arguments, &surroundings).await
    })?;
    println!("{}", report::markdown(&ledger, &arguments)?);
    Ok(())
}
