//! The doors to a mailbox: the same tests for IMAP, POP3 and ManageSieve.

mod certificates;
mod hostile_client;
mod hostile_upstream;
mod refusals;
mod relay;
mod sessions;
mod sign_in;
pub(crate) mod speech;
mod start_tls;
mod upstream_address;
mod upstream_choice;
mod upstream_sign_in;
