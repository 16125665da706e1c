//! SCIM 2.0 (RFC 7643, RFC 7644): an identity provider keeps accounts and groups.
//!
//! The protocol and nothing else: JSON to what the directory's deeds want, and back. Who may what, and what an account
//! becomes, is decided there. [`routes`] is the table from which the router and the tests are made.

mod body;
mod condition;
mod discovery;
mod error;
mod evaluate;
mod group;
mod group_patch;
mod groups;
mod json;
mod listing;
mod moment;
mod patch;
mod projection;
mod reply;
mod routes;
mod schema;
mod user;
mod user_patch;
mod users;

#[cfg(test)]
pub(crate) use routes::endpoints;
pub(crate) use routes::router;

/// What all addresses begin with.
pub(crate) const PREFIX: &str = "/scim/v2";

/// Octets of a body: a group of 20,000 members that is replaced.
const BODY_OCTETS: usize = 4 * 1024 * 1024;
/// Operations of a patch.
const MOST_OPERATIONS: usize = 1_000;
/// Resources of one answer.
const MOST_RESULTS: u64 = 500;
/// Resources of an answer where the client says nothing.
const USUAL_RESULTS: u64 = 100;
