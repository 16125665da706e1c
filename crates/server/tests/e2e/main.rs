//! End to end: the real binary as a process of its own, real programs in front of it, real servers behind it.
//!
//! One test binary for all of them, as linking costs more than running; one file for each subject.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on is over; clippy takes only `#[test]` functions for tests"
)]

mod acting_for;
mod api;
mod crash;
mod deliveries;
mod demo;
mod first_start;
mod http;
mod http_memory;
mod imap;
mod impersonation;
mod interruption;
mod mail;
mod mailboxes;
mod managesieve;
mod oauth;
mod outside;
mod owner;
mod pop3;
mod postgres;
mod programs;
mod refusals;
mod revocation;
mod rollout;
mod script;
mod server;
mod upstreams;
