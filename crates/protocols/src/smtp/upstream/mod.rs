//! The client role towards the upstream, from the greeting until mail can be sent.

mod failure;
mod settings;

pub use failure::{Failure, Fault, Stage};
pub use settings::{Authentication, ClientFacts, Settings, Tls};

use super::Capabilities;

/// The next thing to do. Perform it, then ask again.
#[derive(Debug)]
pub enum Step {
    /// Read from the upstream, give the octets to `receive` (or call `closed`) and ask again.
    NeedBytes,
    /// Write these octets to the upstream; they may hold a secret.
    Send(zeroize::Zeroizing<Vec<u8>>),
    /// Do the TLS handshake as the client, with full name checking, then call `tls_established`.
    StartTls,
    /// Mail can be sent.
    Ready(Ready),
    /// Close the connection.
    Failed(Failure),
}

/// The outcome of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// What the upstream offers.
    pub capabilities: Capabilities,
    /// What was read beyond the last reply. An honest server sends nothing here; the relay treats it as unasked for.
    pub leftover: Vec<u8>,
}

/// A handshake in progress.
#[derive(Debug)]
pub struct Handshake {
    settings: Settings,
}

impl Handshake {
    /// A handshake that waits for the greeting.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// Takes what was read from the upstream.
    pub fn receive(&mut self, _bytes: &[u8]) {}

    /// The next thing to do.
    pub fn next_step(&mut self) -> Step {
        match self.settings.tls {
            Tls::None | Tls::StartTls | Tls::Implicit => Step::NeedBytes,
        }
    }

    /// The handshake asked for by [`Step::StartTls`] has succeeded.
    pub fn tls_established(&mut self) {}

    /// The upstream has closed the connection.
    pub fn closed(&mut self) {}
}
