//! What the core asks its driver to do, and what it is told.

use crate::sasl::Credentials;
use crate::smtp::relay::Relay;
use crate::smtp::{Allowance, Capabilities, SenderRule};

/// The next thing to do. Perform it, then ask again.
#[derive(Debug)]
pub enum Step<P> {
    /// Read from the client, give the octets to `receive` and ask again.
    NeedBytes,
    /// Write these octets to the client.
    Send(Vec<u8>),
    /// Do the TLS handshake as the server, then call `tls_established`.
    StartTls,
    /// Verify the credentials, then call `verdict`. Until then there is no further step.
    Verify(Credentials),
    /// The client has signed in; this object takes over and the session is finished.
    Relay(Box<Relay<P>>),
    /// Close the connection.
    Close,
}

/// The verifier's answer to [`Step::Verify`].
pub enum Verdict<P> {
    /// The client is who it claims to be and may use this door.
    Accepted(Accepted<P>),
    /// `535 5.7.8` with this text, which is the same for every cause.
    Refused {
        /// Printable text; line ends and control characters are replaced.
        text: String,
    },
    /// `454 4.7.0` with this text: throttled, or a failure of ours that can be named.
    Temporary {
        /// Printable text; line ends and control characters are replaced.
        text: String,
    },
    /// `454 4.7.0` with a text of the core's own: the verifier or the upstream cannot be reached.
    Unavailable,
}

/// What comes with an acceptance.
pub struct Accepted<P> {
    /// The proof that somebody verified the credentials. The core cannot make one.
    pub proof: P,
    /// What the upstream offers if a connection to it is open already, or `None` to have it opened for the first
    /// message.
    pub upstream: Option<Capabilities>,
    /// The sender restriction, if there is one.
    pub sender_rule: Option<Box<dyn SenderRule>>,
    /// How much may be sent, if that is limited.
    pub allowance: Option<Box<dyn Allowance>>,
}

impl<P> std::fmt::Debug for Verdict<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Accepted(_) => "Accepted",
            Self::Refused { .. } => "Refused",
            Self::Temporary { .. } => "Temporary",
            Self::Unavailable => "Unavailable",
        })
    }
}
