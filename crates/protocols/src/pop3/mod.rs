//! POP3 (RFC 1939) until sign-in: the door towards the client, and the client role towards the upstream.
//!
//! CAPA (RFC 2449), STLS (RFC 2595), USER and PASS, AUTH (RFC 5034) with PLAIN and LOGIN, NOOP and QUIT are answered
//! here; after sign-in octets pass both ways unread. What the RFCs leave open:
//!
//! - The password is the rest of the line behind `PASS`, spaces included.
//! - The greeting has no time stamp: APOP needs the secret in plain text on our side.
//! - A bare AUTH lists the mechanisms, as old versions of Outlook expect.
//! - `[AUTH]` (RFC 3206) is said of credentials only; every other refusal of a sign-in has `[SYS/TEMP]`,
//!   because programs ask for a new password when they see the former.

mod dialect;
pub mod upstream;

use std::sync::Arc;

pub use dialect::{Pop3, bye};

use crate::door;

/// What the door is configured with.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the connection is protected.
    pub tls: door::Tls,
}

/// One client's session until it has signed in.
pub type Session<P> = door::Session<P, Pop3>;

impl<P> door::Session<P, Pop3> {
    /// A session whose first step is the greeting.
    pub fn new(config: &Arc<Config>) -> Self {
        Self::begin(Pop3::default(), config.tls)
    }
}
