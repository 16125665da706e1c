//! The real services: which one an account has, how it is reached and signed in to, what it can do.

mod check;
mod connect;
mod converse;
mod credentials;
mod dial;
mod error;
mod http;
mod probe;
mod reach;
mod table;
mod target;
mod visitor;

pub use check::{UpstreamProblem, check_upstream};
pub(crate) use connect::{Connection, Link, Opening, connect_mailbox, connect_smtp};
pub(crate) use error::ConnectError;
pub(crate) use http::connect_http;
pub(crate) use probe::keep_probing;
pub(crate) use table::Table;
pub(crate) use target::Target;
pub(crate) use visitor::Visitor;
