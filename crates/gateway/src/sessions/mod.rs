//! Every signed-in session: known, counted, and ended when the rules say so.
//!
//! A session is registered before its sign-in is complete and judged once more right after that, so that a revocation
//! between the two is not lost. From then on it is judged when the change feed names it, when its app password's expiry
//! has passed, and every few seconds in any case, in case a notice was lost. What ends it is always what the database
//! holds; a notice only says when to look.

mod info;
mod judge;
mod live_session;
mod registry;
mod report;
mod watch;

pub use info::LiveSessionInfo;
pub(crate) use judge::Judge;
pub(crate) use live_session::{End, LiveSession, Meter, Order};
pub(crate) use registry::Registry;
pub(crate) use report::keep_reporting;
pub(crate) use watch::keep_watching;
