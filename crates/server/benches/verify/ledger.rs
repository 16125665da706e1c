//! What was measured, by round, and the medians of it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cost::Cost;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Subject {
    /// Bare SQLite: the row of the secret alone.
    BareSecret,
    /// Bare SQLite: secret, app password and account.
    BareRead,
    /// `Store::find_candidates`.
    FindCandidates,
    /// `Service::sign_in_at_door` with a right app password.
    SignIn,
    /// `Service::sign_in_at_door` with garbage of app-password shape.
    Garbage,
    /// Dovecot's authentication service.
    Dovecot,
}

/// One measurement.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry {
    /// CPU time of what decides: the measuring thread's, or that of Dovecot's process.
    pub(crate) deciding: Duration,
    /// CPU time of what records the events afterwards: the process's other threads.
    pub(crate) recording: Duration,
    /// Wall-clock time of the deciding.
    pub(crate) wall: Duration,
}

impl Entry {
    /// Of something that this thread did by itself.
    pub(crate) fn of_this_thread(cost: &Cost) -> Self {
        Self { deciding: cost.thread, recording: Duration::ZERO, wall: cost.wall }
    }
}

/// All that was measured with one number of app passwords.
pub(crate) struct Ledger {
    /// Operations in each entry.
    pub(crate) operations: usize,
    /// By subject, then by round: what the two measurements of the round came to.
    rounds: BTreeMap<Subject, Vec<Entry>>,
}

impl Ledger {
    pub(crate) fn new(operations: usize) -> Self {
        Self { operations, rounds: BTreeMap::new() }
    }

    /// Adds a measurement to round `round`, from 0.
    pub(crate) fn add(&mut self, subject: Subject, round: usize, entry: Entry) {
        let rounds = self.rounds.entry(subject).or_default();
        rounds.resize(rounds.len().max(round + 1), Entry::default());
        let sum = &mut rounds[round];
        sum.deciding += entry.deciding;
        sum.recording += entry.recording;
        sum.wall += entry.wall;
    }

    /// Whether it was measured.
    pub(crate) fn has(&self, subject: Subject) -> bool {
        self.rounds.contains_key(&subject)
    }

    /// The median over the rounds of a time for each operation, in microseconds.
    pub(crate) fn micros(&self, subject: Subject, of: impl Fn(&Entry) -> Duration) -> f64 {
        let operations = 2.0 * self.operations as f64;
        median(self.of(subject).iter().map(|entry| of(entry).as_secs_f64() * 1e6 / operations).collect())
    }

    /// How fast `subject` is beside `base`, by the CPU time of what decides: the median of the rounds' ratios, and the
    /// lowest and highest of them. 0.6 means that it does 60 operations in the time of 100.
    pub(crate) fn speed_beside(&self, subject: Subject, base: Subject) -> (f64, f64, f64) {
        let pairs = self.of(base).iter().zip(self.of(subject));
        let ratios: Vec<f64> =
            pairs.map(|(base, own)| base.deciding.as_secs_f64() / own.deciding.as_secs_f64()).collect();
        let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = ratios.iter().copied().fold(0.0, f64::max);
        (median(ratios), lowest, highest)
    }

    fn of(&self, subject: Subject) -> &[Entry] {
        self.rounds.get(&subject).map_or(&[], Vec::as_slice)
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
