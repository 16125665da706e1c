//! The real services: which one an account has, how it is reached, what it can do.

mod check;
mod connect;
mod error;
mod http;
mod probe;
mod table;
mod target;

pub use check::{UpstreamProblem, check_upstream};
pub(crate) use connect::{Connection, connect};
pub(crate) use error::ConnectError;
pub(crate) use http::connect_http;
pub(crate) use probe::keep_probing;
pub(crate) use table::Table;
pub(crate) use target::Target;
