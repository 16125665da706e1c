//! The relay after sign-in: command-aware, streaming, strict about the end of a message.

mod step;

pub use step::{CloseReason, OpenFailure, Refusal, RelayEvent, RelayStep};

use super::{Capabilities, ShutDown};

/// The relay between one signed-in client and one upstream connection at a time. It holds the proof of the sign-in,
/// so none can exist without one.
pub struct Relay<P> {
    proof: P,
    host_name: String,
}

impl<P> std::fmt::Debug for Relay<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Relay")
    }
}

impl<P> Relay<P> {
    /// The proof that the client has signed in.
    pub fn proof(&self) -> &P {
        &self.proof
    }

    /// Takes what was read from the client, when [`RelayStep::NeedBytes`] wants it.
    pub fn from_client(&mut self, _bytes: &[u8]) {}

    /// The client has closed its side.
    pub fn client_closed(&mut self) {}

    /// Takes what was read from the upstream, when [`RelayStep::NeedBytes`] wants it.
    pub fn from_upstream(&mut self, _bytes: &[u8]) {}

    /// The upstream has closed the connection, or reading or writing failed.
    pub fn upstream_closed(&mut self) {}

    /// [`RelayStep::OpenUpstream`] succeeded. Give the handshake's leftover, if any, to `from_upstream` afterwards.
    pub fn upstream_opened(&mut self, _capabilities: Capabilities) {}

    /// [`RelayStep::OpenUpstream`] failed.
    pub fn upstream_failed(&mut self, _failure: OpenFailure) {}

    /// The next thing to do.
    pub fn next_step(&mut self) -> RelayStep {
        RelayStep::Done
    }

    /// Ends the session: the octets to write to the client before both connections are closed. A message on its way
    /// is not delivered, because its final dot is never sent.
    pub fn shut_down(&mut self, reason: ShutDown) -> Vec<u8> {
        reason.reply(&self.host_name)
    }
}
