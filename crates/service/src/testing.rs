//! What the tests of this crate share.

pub(crate) use postern_testkit::{TestClock, TestRandom};
