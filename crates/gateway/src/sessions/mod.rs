//! Every signed-in session: known, counted, and ended when the rules say so.

mod info;

pub use info::LiveSessionInfo;
