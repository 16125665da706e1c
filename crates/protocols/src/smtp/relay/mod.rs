//! The relay after sign-in: command-aware, streaming, strict about the end of a message.
//!
//! It works in lock-step: one command is understood, checked, written anew for the upstream, and answered before the
//! next one is read. A client may pipeline as it likes; the order of replies is right by construction. That costs one
//! round trip to the upstream per command, which stands beside us, and buys a state machine that can be read.
//!
//! - EHLO is answered here and never forwarded; OpenSMTPD takes only one per session (OpenSMTPD#1284).
//! - The upstream always gets DATA. Chunks (BDAT) are counted here and turned into lines, so chunking can be offered
//!   whatever the upstream does, and a chunk of the client's can never desynchronise the upstream.
//! - A message that must not be delivered costs the upstream connection, which is closed before its final dot; the
//!   next MAIL opens a new one.
//! - What the upstream says about *our* sign-in never reaches the client, who would discard a good password.

mod chunk;
mod command;
mod link;
mod message;
mod outcome;
mod state;
mod step;

use std::collections::VecDeque;

pub use step::{CloseReason, OpenFailure, Refusal, RelayEvent, RelayStep};

use self::link::Link;
use self::message::Message;
use self::state::{State, Transaction};
use super::input::Input;
use super::limits::{INPUT_LOW_WATER, MAX_ERRORS};
use super::{Allowance, Capabilities, Reply, SenderRule, bye};
use crate::door::ShutDown;

/// What a relay is made with, besides the proof.
pub struct Settings {
    /// Our name in replies.
    pub host_name: String,
    /// What we offer, with our own message size limit.
    pub capabilities: Capabilities,
    /// What the upstream offers, if a connection to it is open already.
    pub upstream: Option<Capabilities>,
    /// The sender restriction, if there is one.
    pub sender_rule: Option<Box<dyn SenderRule>>,
    /// How much may be sent, if that is limited.
    pub allowance: Option<Box<dyn Allowance>>,
}

/// The relay between one signed-in client and one upstream connection at a time. It holds the proof of the sign-in,
/// so none can exist without one.
pub struct Relay<P> {
    proof: P,
    host_name: String,
    ours: Capabilities,
    sender_rule: Option<Box<dyn SenderRule>>,
    allowance: Option<Box<dyn Allowance>>,
    client: Input,
    client_has_closed: bool,
    link: Link,
    steps: VecDeque<RelayStep>,
    state: State,
    transaction: Transaction,
    /// The message whose content is arriving; between two chunks it waits here.
    message: Option<Message>,
    errors: u32,
}

impl<P> std::fmt::Debug for Relay<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Relay")
    }
}

impl<P> Relay<P> {
    /// A relay for a client that has signed in. `received` is what it has sent beyond that.
    pub fn new(proof: P, settings: Settings, received: &[u8]) -> Self {
        let mut client = Input::default();
        client.push(received);
        Self {
            proof,
            host_name: settings.host_name,
            ours: settings.capabilities,
            sender_rule: settings.sender_rule,
            allowance: settings.allowance,
            client,
            client_has_closed: false,
            link: Link::new(settings.upstream),
            steps: VecDeque::new(),
            state: State::Command,
            transaction: Transaction::None,
            message: None,
            errors: 0,
        }
    }

    /// The proof that the client has signed in.
    pub fn proof(&self) -> &P {
        &self.proof
    }

    /// Takes what was read from the client, when [`RelayStep::NeedBytes`] wants it; at most 64 KiB at a time.
    pub fn from_client(&mut self, bytes: &[u8]) {
        if !matches!(self.state, State::Ended) {
            self.client.push(bytes);
        }
    }

    /// The client has closed its side. What it has sent before is still handled.
    pub fn client_closed(&mut self) {
        self.client_has_closed = true;
    }

    /// Takes what was read from the upstream connection that is open, when [`RelayStep::NeedBytes`] wants it.
    pub fn from_upstream(&mut self, bytes: &[u8]) {
        self.link.receive(bytes);
    }

    /// The upstream has closed the connection, or reading or writing failed.
    pub fn upstream_closed(&mut self) {
        self.link.has_closed = true;
    }

    /// [`RelayStep::OpenUpstream`] succeeded. Give the handshake's leftover, if any, to `from_upstream` afterwards.
    pub fn upstream_opened(&mut self, capabilities: Capabilities) {
        self.link.open(capabilities);
        if let State::Opening(envelope) = std::mem::replace(&mut self.state, State::Command) {
            self.send_mail(&envelope);
        }
    }

    /// [`RelayStep::OpenUpstream`] failed.
    pub fn upstream_failed(&mut self, failure: OpenFailure) {
        if matches!(self.state, State::Opening(_)) {
            self.state = State::Command;
            self.say(&message::open_failed(failure));
        }
    }

    /// The next thing to do.
    pub fn next_step(&mut self) -> RelayStep {
        loop {
            if let Some(step) = self.steps.pop_front() {
                return step;
            }
            if matches!(self.state, State::Ended) {
                return RelayStep::Done;
            }
            if !self.advance() {
                return RelayStep::NeedBytes {
                    want_client: !self.client_has_closed && self.client.len() < INPUT_LOW_WATER,
                    want_upstream: self.link.is_readable(),
                };
            }
        }
    }

    /// Ends the session: the octets to write to the client. Ask for the remaining steps until [`RelayStep::Done`]
    /// then. A message on its way is not delivered, because its final dot is never sent; one whose final dot the
    /// upstream has already may be.
    pub fn shut_down(&mut self, reason: ShutDown) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.steps.retain(|step| match step {
            RelayStep::ToClient(reply) => {
                bytes.extend_from_slice(reply);
                false
            }
            RelayStep::ToUpstream(_) | RelayStep::OpenUpstream => false,
            _ => true,
        });
        bytes.extend_from_slice(&bye(reason, &self.host_name));
        self.close_upstream(CloseReason::Abandoned);
        self.state = State::Ended;
        bytes
    }

    /// Whether no message is on its way, so that the session may be ended without a loss to anybody.
    pub fn is_idle(&self) -> bool {
        let is_between = matches!(self.transaction, Transaction::None | Transaction::Lost);
        is_between && self.message.is_none() && matches!(self.state, State::Command | State::Ended)
    }

    /// Whether an answer of the upstream is due, for which it has more time than a client has for its next command
    /// (RFC 5321 §4.5.3.2).
    pub fn awaits_upstream(&self) -> bool {
        matches!(self.state, State::Awaiting(_))
    }

    /// How many octets are kept: at most 32 KiB of the client's beyond one `from_client`, one held header section and
    /// one upstream reply.
    pub fn buffered(&self) -> usize {
        let message = self.message.as_ref().map_or(0, Message::buffered);
        self.client.len() + self.link.buffered() + message
    }

    /// What the client may use now.
    fn offered(&self) -> Capabilities {
        self.link.known().map_or(self.ours, |upstream| self.ours.offered_with(upstream))
    }

    fn say(&mut self, reply: &Reply) {
        self.steps.push_back(RelayStep::ToClient(reply.to_bytes()));
    }

    /// A reply to a client's mistake. Too many of them end the connection.
    fn mistake(&mut self, reply: &Reply) {
        self.say(reply);
        self.errors += 1;
        if self.errors >= MAX_ERRORS {
            let text = format!("{} Too many errors", self.host_name);
            self.end(&Reply::new(421, "4.7.0", &text));
        }
    }

    /// A reply after which both connections are closed.
    fn end(&mut self, reply: &Reply) {
        self.say(reply);
        self.leave_upstream();
        self.state = State::Ended;
    }

    /// Closes the upstream connection without another octet, if it is open.
    fn close_upstream(&mut self, reason: CloseReason) {
        if self.link.close() {
            self.steps.push_back(RelayStep::CloseUpstream(reason));
        }
    }

    /// Leaves the upstream in good order if nothing is on its way, and abruptly otherwise.
    fn leave_upstream(&mut self) {
        let is_quiet = self.message.is_none() && matches!(self.state, State::Command);
        if is_quiet && self.link.is_usable() {
            self.steps.push_back(RelayStep::ToUpstream(b"QUIT\r\n".to_vec()));
            self.close_upstream(CloseReason::Finished);
        } else {
            self.close_upstream(CloseReason::Abandoned);
        }
    }
}
