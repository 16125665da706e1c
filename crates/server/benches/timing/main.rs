//! Whether the time of a refusal tells its cause: unknown account, blocked account, wrong secret, wrong scope, side by side.
//! Run by `cargo xtask bench timing`; prints Markdown.
//!
//! Asked in this process, where no network hides a difference: of the deed behind every door, and of the portal's router. In
//! each pair one attempt is the ordinary wrong secret and the other what it is compared with, in turn first and second, each
//! from a network of its own and with the clock set forward, so that nothing is held up and nothing is known from before.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark speaks on its terminal")]

mod causes;
mod people;
mod place;
mod statistics;

use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::causes::{Cause, causes};
use crate::people::People;
use crate::place::Place;
use crate::statistics::Comparison;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What may fail here; a benchmark has nothing better to do with an error than to show it.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// Pairs before those that count.
const WARM_UP: u64 = 20;

/// The clock goes forward by so much before each attempt: guesses are forgotten as fast as they come.
const BETWEEN: Duration = Duration::from_secs(20 * 60);

/// What may be said to the benchmark.
#[derive(Parser)]
struct Arguments {
    /// Pairs of each comparison that reaches no slow hash.
    #[arg(long, default_value_t = 10_000)]
    pairs: u64,
    /// Pairs of each comparison in which both hash slowly: Argon2id takes some 20 ms each time.
    #[arg(long, default_value_t = 10_000)]
    slow_pairs: u64,
    /// Only comparisons whose name contains this.
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
    let folder = tempfile::tempdir()?;
    let people = People::open(&folder.path().join("timing.db")).await?;
    let mut text = String::from(
        "| where, and with what | compared with a wrong secret | pairs | median µs, wrong secret | median µs | Mann–Whitney z | \
         Welch t | would be seen from, µs | |\n|---|---|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for place in [Place::Door, Place::Portal] {
        for cause in causes(place).filter(|cause| cause.name.contains(&arguments.only)) {
            let pairs = if cause.is_slow { arguments.slow_pairs } else { arguments.pairs };
            let compared = compare(&people, place, cause, pairs).await?;
            let shape = if cause.is_slow { "account password" } else { "app-password shape" };
            let line = format!("| {}, {shape} | {} | {pairs} | {compared} |", place.words(), cause.name);
            eprintln!("{line}");
            writeln!(text, "{line}")?;
        }
    }
    println!("{text}");
    people.test.service.close().await;
    Ok(())
}

/// Pairs of an ordinary wrong secret and of `cause`, each time in another order.
async fn compare(people: &People, place: Place, cause: &Cause, pairs: u64) -> Outcome<Comparison> {
    let wrong = causes::wrong_secret(cause.is_slow);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for number in 0..WARM_UP + pairs {
        let mut took = [Duration::ZERO; 2];
        for turn in 0..2 {
            let which = usize::from((number + turn) % 2 == 1);
            let (name, secret) =
                if which == 0 { (wrong.presented)(people) } else { (cause.presented)(people) };
            people.test.clock.advance(BETWEEN);
            took[which] = place.refused(people, name, secret).await?;
        }
        if number >= WARM_UP {
            before.push(took[0].as_secs_f64() * 1e6);
            after.push(took[1].as_secs_f64() * 1e6);
        }
    }
    Ok(Comparison::of(before, after))
}
