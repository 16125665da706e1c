//! The doors over real sockets: the real service on SQLite, a fake upstream, a mail program for tests.

mod acting;
mod certificates;
mod harness;
mod lifecycle;
mod logs;
mod mailbox;
mod messages;
mod proxy_protocol;
mod refusals;
mod sending_limits;
mod sessions;
mod side_by_side;
mod smuggling;
mod start_tls;
mod tokens;
mod upstream_faults;
