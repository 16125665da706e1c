//! Reading, writing and closing, the same for every protocol and both roles.

mod close;
mod keep_alive;
mod pump;
mod receive;
mod stream;

pub(crate) use close::{close, drain, say_and_close, say_last};
pub(crate) use keep_alive::keep_alive;
pub(crate) use pump::{Ended, Pump};
pub(crate) use receive::{Side, receive, receive_either};
pub(crate) use stream::{Stream, send};
