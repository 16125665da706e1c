//! Randomness as an input.

/// Where unpredictable bytes come from. The server uses the operating system's generator, a test its own.
///
/// An implementation must not return on failure: without randomness there is no secret to make.
pub trait Random: Send + Sync {
    /// Fills `buffer` with bytes fit for secrets.
    fn fill(&self, buffer: &mut [u8]);
}

/// `N` fresh bytes from `random`.
#[must_use]
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut buffer = [0; N];
    random.fill(&mut buffer);
    buffer
}

/// Generators for the tests of this crate.
#[cfg(test)]
pub(crate) mod test {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Random;

    /// A repeatable stream (SplitMix64): uniform enough for statistics, known enough for snapshots.
    pub(crate) struct Stream(AtomicU64);

    impl From<u64> for Stream {
        fn from(seed: u64) -> Self {
            Self(seed.into())
        }
    }

    impl Random for Stream {
        fn fill(&self, buffer: &mut [u8]) {
            for chunk in buffer.chunks_mut(8) {
                let mut word = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
                word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                word ^= word >> 31;
                chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
            }
        }
    }
}
