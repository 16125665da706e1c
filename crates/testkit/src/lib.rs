//! What tests share. Only ever a development dependency.

mod clock;
mod random;

pub use clock::TestClock;
pub use random::TestRandom;
