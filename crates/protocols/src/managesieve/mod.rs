//! ManageSieve (RFC 5804) until sign-in: the door towards the client, and the client role towards the upstream.
//!
//! CAPABILITY, STARTTLS, AUTHENTICATE with PLAIN, NOOP and LOGOUT are answered here; after sign-in octets pass both ways
//! unread. A client's literal needs no leave in this protocol; both `{n+}` and the old `{n}` are read. There is no
//! response code for bad credentials, so a plain `NO` is said of them only, and every other failure has a code.

mod dialect;
mod strings;
pub mod upstream;

use std::sync::Arc;

pub use dialect::{ManageSieve, bye};

use crate::door;

/// What the door is configured with.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the connection is protected.
    pub tls: door::Tls,
    /// The Sieve extensions that every upstream has, separated by spaces: clients read them before they sign in.
    pub extensions: String,
}

/// One client's session until it has signed in.
pub type Session<P> = door::Session<P, ManageSieve>;

impl<P> door::Session<P, ManageSieve> {
    /// A session whose first step is the greeting.
    pub fn new(config: &Arc<Config>) -> Self {
        Self::begin(ManageSieve::new(config), config.tls)
    }
}
