//! What was measured, by round, and the medians of it.

use std::collections::BTreeMap;

use crate::peers::{Channel, Peer};

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Figure {
    /// CPU time of a sign-in, 16 at once, in µs.
    SignInCpu,
    /// The median time of a sign-in, one at a time, in µs.
    Middle,
    /// The 99th percentile of it, in µs.
    Slowest,
    /// MiB relayed to the client for each CPU second.
    Relayed,
    /// Memory of an idle session, in KiB.
    Memory,
}

/// All measurements.
#[derive(Default)]
pub(crate) struct Ledger {
    /// By figure, channel and peer: for each round, the values that were taken in it.
    rounds: BTreeMap<(Figure, Channel, Peer), Vec<Vec<f64>>>,
}

impl Ledger {
    /// Adds a measurement to round `round`, from 0.
    pub(crate) fn add(&mut self, of: (Figure, Channel, Peer), round: usize, value: f64) {
        let rounds = self.rounds.entry(of).or_default();
        rounds.resize(rounds.len().max(round + 1), Vec::new());
        rounds[round].push(value);
    }

    /// The median over the rounds.
    pub(crate) fn median(&self, of: (Figure, Channel, Peer)) -> f64 {
        median(self.means(of))
    }

    /// Postern's value over the peer's: the median of the rounds' ratios, the lowest and the highest.
    pub(crate) fn ratio(&self, figure: Figure, channel: Channel, peer: Peer) -> (f64, f64, f64) {
        let ours = self.means((figure, channel, Peer::Postern));
        let theirs = self.means((figure, channel, peer));
        let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
        let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = ratios.iter().copied().fold(0.0, f64::max);
        (median(ratios), lowest, highest)
    }

    /// For each round, the mean of its values.
    fn means(&self, of: (Figure, Channel, Peer)) -> Vec<f64> {
        let rounds = self.rounds.get(&of).map_or(&[][..], Vec::as_slice);
        rounds.iter().map(|values| values.iter().sum::<f64>() / values.len() as f64).collect()
    }
}

/// The middle one; not a number when there is none.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
