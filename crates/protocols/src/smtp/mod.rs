//! SMTP submission (RFC 6409): the door before sign-in, the relay after it, and the client role towards the upstream.

mod address;
mod allowance;
mod capabilities;
mod command;
mod content;
mod envelope;
mod header_section;
mod input;
pub mod limits;
pub mod relay;
mod reply;
mod reply_parser;
mod sender_rule;
mod shut_down;
pub mod submission;
pub mod upstream;

pub use address::{Address, AddressError, parse_address_list};
pub use allowance::Allowance;
pub use capabilities::{Capabilities, Size};
pub use header_section::HeaderError;
pub use reply::Reply;
pub use reply_parser::{ReplyError, ReplyParser};
pub use sender_rule::SenderRule;
pub use shut_down::bye;

/// Reads any octets as a header section, for [`crate::fuzzing`].
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn fuzz_header_section(section: &[u8]) {
    for claim in header_section::claims(section).unwrap_or_default() {
        assert!(!claim.address.as_str().is_empty(), "a claim names an address");
    }
}
