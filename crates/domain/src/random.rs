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
