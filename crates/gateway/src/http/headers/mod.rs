//! Fields on their way: what is taken out, what is put in, what is rewritten.

mod address;
mod hop;
mod identity;
mod to_client;
mod to_upstream;

pub(super) use address::Names;
pub(super) use hop::strip as strip_hop_by_hop;
pub(super) use to_client::for_client;
pub(super) use to_upstream::{for_upstream, rewrite_destination};
