//! IMAP (RFC 9051, RFC 3501) until sign-in: the door towards the client, and the client role towards the upstream.
//!
//! Only what comes before sign-in is read: CAPABILITY, NOOP, LOGOUT, ID (RFC 2971), STARTTLS, LOGIN, and AUTHENTICATE
//! with PLAIN or LOGIN, with and without an initial response (RFC 4959). Afterwards octets pass both ways unread, so
//! IDLE, COMPRESS and every other extension is the two ends' affair. What follows from that:
//!
//! - Read-only access cannot be promised here; it would need reading the commands after sign-in.
//! - UNAUTHENTICATE (RFC 8437) would lead the client back to the upstream's own sign-in, past ours. It is taken out of
//!   the capabilities, and an upstream that offers it should have it switched off.
//! - [`bye`] in the middle of a relayed answer, or after COMPRESS, is noise; the driver then closes without it.
//!
//! Where people and programs differ from the grammar: 8-bit octets are taken in quoted strings and atoms, and a
//! backslash before anything but `"` and `\` stands for itself, because people type their passwords and
//! `DOMAIN\user` into programs that put plain quotes around them.

mod arguments;
mod capability;
mod command;
mod dialect;
mod identification;
pub mod upstream;

use std::sync::Arc;

pub use capability::after_sign_in;
pub use dialect::{Imap, bye};

use crate::door;

/// What the door is configured with.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the connection is protected.
    pub tls: door::Tls,
}

/// One client's session until it has signed in.
pub type Session<P> = door::Session<P, Imap>;

impl<P> door::Session<P, Imap> {
    /// A session whose first step is the greeting.
    pub fn new(config: &Arc<Config>) -> Self {
        Self::begin(Imap::default(), config.tls)
    }

    /// What the client says it is (`name` and `version` of its ID command), not verified: printable, at most 64
    /// characters.
    pub fn client_name(&self) -> Option<&str> {
        self.dialect.client_name()
    }
}
