//! What a protocol's core must be able to do until the client has signed in.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_protocols::door::{ShutDown, Step, Verdict};
use postern_service::Service;
use postern_service::door::DoorSession;

use crate::upstream::{ConnectError, Connection, Opening};

/// A protocol's core until the client has signed in.
pub(crate) trait Front: Send {
    /// The door.
    const DOOR: Door;
    /// What is learnt of an upstream when it is opened.
    type Capabilities: Send;
    /// What the core wants with an acceptance.
    type Accepted: Send;
    /// What the relay begins with.
    type Relay: Send;

    /// The next thing to do.
    fn next_step(&mut self) -> Step<Self::Relay>;
    /// Takes what was read.
    fn receive(&mut self, bytes: &[u8]);
    /// The handshake was done.
    fn tls_established(&mut self);
    /// What the client calls itself.
    fn client_name(&self) -> Option<&str>;
    /// The answer to credentials.
    fn verdict(&mut self, verdict: Verdict<Self::Accepted>);
    /// The last words.
    fn shut_down(&mut self, reason: ShutDown) -> Vec<u8>;

    /// What comes with an acceptance.
    fn accepted(
        service: &Arc<Service>,
        session: &Arc<DoorSession>,
        capabilities: Self::Capabilities,
    ) -> Self::Accepted;
    /// Opens the upstream.
    fn connect(
        opening: &Opening<'_>,
    ) -> impl Future<Output = Result<Connection<Self::Capabilities>, ConnectError>> + Send;
}
