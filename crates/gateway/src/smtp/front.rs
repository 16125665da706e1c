//! The submission core, as the driver of all protocols has it.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_protocols::door::{ShutDown, Step, Verdict};
use postern_protocols::smtp::Capabilities;
use postern_protocols::smtp::relay::Relay;
use postern_protocols::smtp::submission::{Accepted, Config, Session};
use postern_service::Service;
use postern_service::door::DoorSession;

use super::{Proof, allowance, sender_rule};
use crate::config::ListenerKind;
use crate::upstream::{ConnectError, Connection, Opening, connect_smtp};
use crate::visit::{Front, Visit};

/// The core for a visit.
pub(super) fn submission(visit: &Visit<'_>) -> Session<Proof> {
    let ours = Capabilities::ours(visit.settings.limits.message_size);
    let kind = visit.listener.config.kind;
    Session::new(Arc::new(Config {
        host_name: visit.settings.host_name.clone(),
        tls: visit.tls(),
        ours,
        capabilities: visit.settings.upstreams.offered(ours),
        legacy_auth_line: kind == ListenerKind::Smtp { legacy_auth_line: true },
    }))
}

impl Front for Session<Proof> {
    const DOOR: Door = Door::Smtp;
    type Capabilities = Capabilities;
    type Accepted = Accepted<Proof>;
    type Relay = Box<Relay<Proof>>;

    fn next_step(&mut self) -> Step<Self::Relay> {
        self.next_step()
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.receive(bytes);
    }

    fn tls_established(&mut self) {
        self.tls_established();
    }

    fn client_name(&self) -> Option<&str> {
        self.client_name()
    }

    fn verdict(&mut self, verdict: Verdict<Self::Accepted>) {
        self.verdict(verdict);
    }

    fn shut_down(&mut self, reason: ShutDown) -> Vec<u8> {
        self.shut_down(reason)
    }

    fn accepted(
        service: &Arc<Service>,
        session: &Arc<DoorSession>,
        capabilities: Capabilities,
    ) -> Accepted<Proof> {
        Accepted {
            proof: Arc::clone(session),
            upstream: Some(capabilities),
            sender_rule: sender_rule::of(session),
            allowance: allowance::of(service, session),
        }
    }

    async fn connect(opening: &Opening<'_>) -> Result<Connection<Capabilities>, ConnectError> {
        connect_smtp(opening).await
    }
}
