//! The HTTP doors: one TLS listener for HTTP/1.1 and HTTP/2, many doors behind it.
//!
//! The way of a request, top-down: `connection` has hyper read it; `check` refuses what could be read in two ways; `router`
//! finds its route, and with it the door; `sign_in` asks the service, for every request anew; `session` joins the requests
//! of one program to one live session; `relay` sends it to its `upstream`, with the `headers` of both directions put right
//! and the `body` streamed.
//!
//! What is absent: nothing is cached, no request is repeated, no connection to an upstream is shared between accounts, and
//! no body is looked into, except where a door needs it.

mod activity;
mod answer;
mod body;
mod check;
mod connection;
mod doors;
mod headers;
mod pass_on;
mod relay;
mod request;
mod router;
mod session;
mod settings;
mod sign_in;
mod upstream;
mod wire;

use std::sync::Arc;

pub(crate) use connection::serve;
pub(crate) use router::Router;
pub(crate) use settings::problems;

/// What all connections share.
pub(crate) struct HttpShared {
    sessions: Arc<session::Sessions>,
    pool: Arc<upstream::Pool>,
}

impl HttpShared {
    /// Nothing yet. Call it within a tokio runtime.
    pub(crate) fn new() -> Self {
        Self { sessions: Arc::default(), pool: upstream::Pool::new() }
    }
}
