//! What happens to every request before a page sees it, and to every answer after.

mod client_address;
mod frame;
mod headers;
mod host;
mod same_origin;
mod visit;

pub use client_address::PeerAddress;

pub(crate) use frame::frame;
pub(crate) use headers::secure_api;
pub(crate) use host::{Host, host_of, right_host};
pub(crate) use same_origin::same_origin;
pub(crate) use visit::Visit;
