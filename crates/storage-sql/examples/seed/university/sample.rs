//! The same samples each time.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use postern_domain::Timestamp;

/// When the last thing happened.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// A generator that gives the same numbers for the same seed (SplitMix64).
pub(super) struct Sample(u64);

impl Sample {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(super) const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// One in `of`.
    pub(super) const fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    /// One of a list.
    pub(super) fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[usize::try_from(self.below(list.len() as u64)).unwrap_or_default()]
    }

    /// A moment in the last `days`.
    pub(super) fn moment(&mut self, days: u64) -> Timestamp {
        NOW.minus(Duration::from_millis(self.below(days * 86_400_000)))
    }

    /// A moment in the last `days`, and not before `since`.
    pub(super) fn moment_since(&mut self, days: u64, since: Timestamp) -> Timestamp {
        self.moment(days).max(since)
    }

    /// An address of one of a few thousand networks.
    pub(super) fn address(&mut self) -> IpAddr {
        let [a, b, c, ..] = self.number().to_le_bytes();
        Ipv4Addr::new(10, a % 16, b, c).into()
    }

    /// Noise.
    pub(super) fn bytes(&mut self) -> [u8; 16] {
        (u128::from(self.number()) << 64 | u128::from(self.number())).to_le_bytes()
    }
}

/// The identifier number `number` of something: in the order of the numbers, as those are that are made one after the
/// other.
pub(crate) fn id(kind: u8, number: u64) -> [u8; 16] {
    let mut bytes = [0x70; 16];
    bytes[..8].copy_from_slice(&(0x01a0_0000_0000_0000_u64 + number).to_be_bytes());
    bytes[15] = kind;
    bytes
}

/// The identifier number `number` of events, which begins with the moment of its making.
pub(super) fn id_at(at: Timestamp, number: u64) -> [u8; 16] {
    let mut bytes = id(5, number);
    bytes.copy_within(..8, 6);
    bytes[..6].copy_from_slice(&at.as_millis().to_be_bytes()[2..]);
    bytes
}

/// The moment that is `number` of `of` on the way through the last `days`.
pub(super) fn on_the_way(number: u64, of: u64, days: u64) -> Timestamp {
    let span = u128::from(days * 86_400_000);
    let before = span * u128::from(of - number) / u128::from(of);
    NOW.minus(Duration::from_millis(u64::try_from(before).unwrap_or_default()))
}
