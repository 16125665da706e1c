//! The core of a mailbox protocol, as the driver of all protocols has it.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_protocols::door::{Accepted, HandOver, Session, ShutDown, Step, Verdict};
use postern_service::Service;
use postern_service::door::DoorSession;

use super::{Proof, Protocol};
use crate::upstream::{ConnectError, Connection, Opening, connect_mailbox};
use crate::visit::{Front, Visit};

/// The core that greets a client.
pub(super) struct Greeter<P: Protocol>(Session<Proof, P::Server>);

impl<P: Protocol> Greeter<P> {
    /// The core for a visit.
    pub(super) fn new(visit: &Visit<'_>) -> Self {
        Self(P::session(visit))
    }
}

impl<P: Protocol> Front for Greeter<P> {
    const DOOR: Door = P::DOOR;
    type Capabilities = Vec<String>;
    type Accepted = Accepted<Proof>;
    type Relay = HandOver<Proof>;

    fn next_step(&mut self) -> Step<Self::Relay> {
        self.0.next_step()
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.0.receive(bytes);
    }

    fn tls_established(&mut self) {
        self.0.tls_established();
    }

    fn client_name(&self) -> Option<&str> {
        P::client_name(&self.0)
    }

    fn verdict(&mut self, verdict: Verdict<Self::Accepted>) {
        self.0.verdict(verdict);
    }

    fn shut_down(&mut self, reason: ShutDown) -> Vec<u8> {
        self.0.shut_down(reason)
    }

    fn accepted(
        _service: &Arc<Service>,
        session: &Arc<DoorSession>,
        capabilities: Vec<String>,
    ) -> Accepted<Proof> {
        Accepted { proof: Arc::clone(session), capabilities }
    }

    async fn connect(opening: &Opening<'_>) -> Result<Connection<Vec<String>>, ConnectError> {
        connect_mailbox::<P::Client>(opening).await
    }
}
