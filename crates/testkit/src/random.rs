//! Randomness that repeats.

use std::sync::Mutex;

use postern_domain::Random;

/// A generator that gives the same bytes for the same seed (SplitMix64). For tests only: it is not fit for secrets.
#[derive(Debug)]
pub struct TestRandom(Mutex<u64>);

impl Default for TestRandom {
    fn default() -> Self {
        Self::seeded(1)
    }
}

impl TestRandom {
    /// A generator that starts from `seed`.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Random for TestRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
