//! The table of what was measured.

use std::fmt::Write as _;
use std::time::Duration;

use crate::asking::Measured;

/// The goal, for the 99th percentile of an address.
const GOAL: Duration = Duration::from_millis(100);

/// One line for each page or endpoint.
#[derive(Default)]
pub(crate) struct Table(Vec<Line>);

struct Line {
    path: String,
    addresses: Vec<(String, Measured)>,
}

impl Table {
    /// Adds what an address cost; those of a page come one after the other.
    pub(crate) fn add(&mut self, path: &str, address: &str, measured: Measured) {
        let (p50, p99) = (measured.percentile(50), measured.percentile(99));
        eprintln!(
            "{:>9} {:>9} {:>9} {:>7} {address}",
            milliseconds(p50),
            milliseconds(p99),
            milliseconds(measured.processor),
            measured.octets
        );
        if self.0.last().is_none_or(|line| line.path != path) {
            self.0.push(Line { path: path.to_owned(), addresses: Vec::new() });
        }
        if let Some(line) = self.0.last_mut() {
            line.addresses.push((address.to_owned(), measured));
        }
    }

    /// As Markdown, with the addresses that miss the goal named.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::from(
            "| page or endpoint | addresses | p50 | p99 | dearest address: CPU | p50 | p99 | |\n\
             |---|--:|--:|--:|--:|--:|--:|---|\n",
        );
        let (mut addresses, mut requests, mut missed) = (0, 0, Vec::new());
        for line in &self.0 {
            let mut times: Vec<_> =
                line.addresses.iter().flat_map(|(_, measured)| measured.times.iter().copied()).collect();
            times.sort();
            requests += times.len();
            addresses += line.addresses.len();
            let all = Measured { times, processor: Duration::ZERO, octets: 0 };
            let dearest = line.addresses.iter().max_by_key(|(_, measured)| measured.processor);
            let Some((address, dear)) = dearest else { continue };
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {} | {} | {} |",
                line.path,
                line.addresses.len(),
                milliseconds(all.percentile(50)),
                milliseconds(all.percentile(99)),
                milliseconds(dear.processor),
                milliseconds(dear.percentile(50)),
                milliseconds(dear.percentile(99)),
                if line.addresses.len() > 1 { format!("`{address}`") } else { String::new() }
            );
            missed.extend(line.addresses.iter().filter(|(_, each)| each.percentile(99) > GOAL));
        }
        let _ = write!(text, "\n{addresses} addresses, {requests} requests. ");
        if missed.is_empty() {
            text.push_str("Every address has its 99th percentile below 100 ms.\n");
        } else {
            text.push_str("Not below 100 ms at the 99th percentile:\n\n");
        }
        for (address, each) in missed {
            let (p50, p99) = (milliseconds(each.percentile(50)), milliseconds(each.percentile(99)));
            let processor = milliseconds(each.processor);
            let _ = writeln!(text, "- `{address}`: CPU {processor}, p50 {p50}, p99 {p99}");
        }
        text
    }
}

/// `12.3 ms`.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}
