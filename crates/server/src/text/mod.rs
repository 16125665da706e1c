//! Text forms that the configuration file and the command line share: spans of time, sizes, moments.

mod moment;
mod size;
mod span;

pub use moment::{NotAMoment, parse_moment, show_moment};
pub use size::{NotASize, parse_size};
pub use span::{NotASpan, parse_span, show_span};
