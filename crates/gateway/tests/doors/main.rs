//! The doors over real sockets: the real service on SQLite, a fake upstream, a mail program for tests.

mod certificates;
mod harness;
mod lifecycle;
mod logs;
mod mailbox;
mod messages;
mod proxy_protocol;
mod refusals;
mod sessions;
mod smuggling;
mod start_tls;
mod upstream_faults;
