//! Where a session stands until sign-in, at every door.

use super::Step;
use crate::sasl::{Credentials, Exchange};

/// Where a session stands. `R` is what the relay begins with.
pub(crate) enum State<R> {
    /// A command comes next.
    Command,
    /// STARTTLS was accepted; the driver does the handshake.
    Handshake,
    /// A response comes next.
    Exchange(Exchange),
    /// Credentials are there and have not been handed out.
    Credentials(Credentials),
    /// The verifier has them.
    Verifying,
    /// The client has signed in.
    SignedIn(R),
    /// Nothing more is taken from the client.
    Closing,
}

impl<R> State<R> {
    /// The step that the state asks for when there is nothing to handle and nothing to send. What is handed out is not
    /// handed out again.
    pub(crate) fn settled_step(&mut self) -> Step<R> {
        match std::mem::replace(self, Self::Closing) {
            Self::Credentials(credentials) => {
                *self = Self::Verifying;
                Step::Verify(credentials)
            }
            Self::SignedIn(relay) => Step::Relay(relay),
            Self::Closing => Step::Close,
            Self::Handshake => {
                *self = Self::Handshake;
                Step::StartTls
            }
            state @ (Self::Command | Self::Exchange(_) | Self::Verifying) => {
                *self = state;
                Step::NeedBytes
            }
        }
    }
}
