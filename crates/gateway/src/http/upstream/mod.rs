//! Our side towards the upstreams: connections that belong to one mailbox each, and what we sign in with.
//!
//! HTTP/1.1 only: a connection carries one request at a time, so that nothing of two requests can ever be mixed up, and
//! when one goes wrong it is closed and nobody else is harmed.

mod connection;
mod credentials;
mod exchange;
mod pool;

pub(super) use credentials::{CredentialProblem, present};
pub(super) use exchange::{Exchange, ExchangeProblem};
pub(super) use pool::{Key, Lease, Pool};
