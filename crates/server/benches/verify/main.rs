//! What a verify costs: in process on SQLite beside the bare point read of the same rows, and beside Dovecot's
//! authentication service. Run by `cargo xtask bench verify`; prints Markdown.
//!
//! Measured as noisy machines demand: everything in one run, interleaved (A B C C B A), CPU time rather
//! than wall-clock time, medians of the ratios of each round.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark speaks on its terminal")]

mod bare;
mod cost;
mod dovecot;
mod ledger;
mod population;
mod report;
mod round;
mod sign_in;

use std::error::Error;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::round::Bench;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What may fail here; a benchmark has nothing better to do with an error than to show it.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// What may be said to the benchmark.
#[derive(Parser)]
struct Arguments {
    /// Numbers of app passwords to measure with.
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    sizes: Vec<usize>,
    /// Rounds that count; each measures everything twice. One more comes before, to warm up.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Operations in each measurement.
    #[arg(long, default_value_t = 16_384)]
    operations: usize,
    /// Measure Dovecot beside this number of app passwords, with as many users; 0: not at all.
    #[arg(long, default_value_t = 100_000)]
    dovecot: usize,
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
    // What a sign-in itself does runs on this thread; the recorder of its events, on the others.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut reports = Vec::new();
    for size in &arguments.sizes {
        let dovecot = (*size == arguments.dovecot).then_some(*size);
        let ledger = runtime.block_on(async {
            let mut bench = Bench::prepare(*size, dovecot, arguments.operations).await?;
            bench.run(arguments.rounds).await
        })?;
        reports.push((*size, ledger));
    }
    println!("{}", report::markdown(&reports, &arguments)?);
    Ok(())
}
