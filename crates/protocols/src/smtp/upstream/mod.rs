//! The client role towards the upstream, from the greeting until mail can be sent: EHLO, STARTTLS, XCLIENT, AUTH.
//!
//! What holds for all upstreams is in [`crate::upstream`]; besides:
//!
//! - There is no falling back to HELO when EHLO is refused: a server that knows only HELO can do nothing that a
//!   submission relay needs.
//! - EHLO is sent anew after STARTTLS and XCLIENT, as both demand, and not after AUTH (OpenSMTPD#1284).

mod offer;
mod settings;
mod xclient;

use std::collections::VecDeque;

pub use settings::{ClientFacts, Settings};
use zeroize::Zeroizing;

use self::offer::Offer;
use super::limits::MAX_INITIAL_RESPONSE_LINE;
use super::{Capabilities, Reply, ReplyParser};
use crate::sasl::client::{Exchange, concatenated};
use crate::upstream;
pub use crate::upstream::{Authentication, Failure, Fault, Method, Stage, Tls};

/// The next thing to do.
pub type Step = upstream::Step<Ready>;

/// The outcome of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// What the upstream offers.
    pub capabilities: Capabilities,
    /// What was read beyond the last reply. An honest server sends nothing here; the relay treats it as unasked for.
    pub leftover: Vec<u8>,
}

/// A handshake in progress.
pub struct Handshake {
    settings: Settings,
    replies: ReplyParser,
    output: Zeroizing<Vec<u8>>,
    offer: Option<Offer>,
    state: State,
    is_protected: bool,
    has_closed: bool,
}

impl std::fmt::Debug for Handshake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Handshake")
    }
}

/// Whose reply is awaited, or what the outcome is.
enum State {
    Greeting,
    /// EHLO; `told` says whether XCLIENT has been done.
    Ehlo {
        told: bool,
    },
    StartTls,
    TlsHandshake,
    /// XCLIENT commands that have not been sent.
    Xclient(VecDeque<Vec<u8>>),
    Authentication(Exchange),
    Ready,
    Failed(Failure),
}

impl Handshake {
    /// A handshake that waits for the greeting.
    pub fn new(settings: Settings) -> Self {
        let is_protected = settings.tls == Tls::Implicit;
        Self {
            settings,
            replies: ReplyParser::new(),
            output: Zeroizing::default(),
            offer: None,
            state: State::Greeting,
            is_protected,
            has_closed: false,
        }
    }

    /// Takes what was read from the upstream.
    pub fn receive(&mut self, bytes: &[u8]) {
        if matches!(self.state, State::TlsHandshake) {
            self.fail(Failure::InjectedBeforeTls);
        } else {
            self.replies.receive(bytes);
        }
    }

    /// The next thing to do.
    pub fn next_step(&mut self) -> Step {
        loop {
            if let State::Failed(failure) = &self.state {
                return Step::Failed(failure.clone());
            }
            if !self.output.is_empty() {
                return Step::Send(std::mem::take(&mut self.output));
            }
            match self.state {
                State::TlsHandshake => return Step::StartTls,
                State::Ready => {
                    let capabilities =
                        self.offer.as_ref().map_or(Capabilities::NONE, |offer| offer.capabilities);
                    let leftover = std::mem::take(&mut self.replies).into_rest();
                    return Step::Ready(Ready { capabilities, leftover });
                }
                _ => {}
            }
            let stage = self.stage();
            match self.replies.next_reply() {
                Ok(Some(reply)) => self.take_reply(&reply),
                Ok(None) if self.has_closed => self.fail(Failure::Closed { stage }),
                Ok(None) => return Step::NeedBytes,
                Err(error) => self.fail(Failure::NotAReply { stage, error }),
            }
        }
    }

    /// The handshake asked for by [`Step::StartTls`] has succeeded. What the upstream offered before is forgotten
    /// (RFC 3207 §4.2). A call at any other time is ignored.
    pub fn tls_established(&mut self) {
        if matches!(self.state, State::TlsHandshake) {
            self.is_protected = true;
            self.offer = None;
            self.say_hello(false);
        }
    }

    /// The upstream has closed the connection.
    pub fn closed(&mut self) {
        self.has_closed = true;
    }

    /// How many octets are kept.
    pub fn buffered(&self) -> usize {
        self.replies.buffered()
    }

    fn take_reply(&mut self, reply: &Reply) {
        let stage = self.stage();
        match (std::mem::replace(&mut self.state, State::Greeting), reply.code()) {
            (State::Greeting, 220) => self.say_hello(false),
            (State::Ehlo { told }, 250) => {
                self.offer = Some(Offer::read(reply));
                self.after_hello(told);
            }
            (State::StartTls, 220) => {
                if self.replies.is_empty() {
                    self.state = State::TlsHandshake;
                } else {
                    self.fail(Failure::InjectedBeforeTls);
                }
            }
            (State::Xclient(rest), 220) => self.tell(rest),
            (State::Authentication(_), 235) => self.state = State::Ready,
            (State::Authentication(exchange), 334) => self.respond(exchange, reply),
            (State::Authentication(exchange), 400..600) => {
                let text = in_one_line(reply);
                self.fail(Failure::sign_in_refused(&exchange, reply.is_temporary(), &text));
            }
            (_, 400..600) => {
                self.fail(Failure::refused(stage, reply.is_temporary(), &in_one_line(reply)));
            }
            (_, code) => self.fail(Failure::Unexpected { stage, code }),
        }
    }

    /// Answers a `334`.
    fn respond(&mut self, mut exchange: Exchange, challenge: &Reply) {
        let text = challenge.lines().first().map_or("", String::as_str);
        match exchange.respond(text.as_bytes()) {
            Some(response) => {
                self.send(concatenated(&[&response, b"\r\n"]), State::Authentication(exchange));
            }
            None if exchange.status().is_some() => {
                self.fail(Failure::sign_in_refused(&exchange, false, "asked for more"));
            }
            None => self.fail(Failure::Unexpected { stage: Stage::Authentication, code: 334 }),
        }
    }

    /// Sends AUTH, with the initial response if the whole line is as long as any command may be (RFC 4954 §4).
    fn sign_in(&mut self, mut exchange: Exchange) {
        let mechanism = exchange.mechanism().as_bytes();
        let room = MAX_INITIAL_RESPONSE_LINE - "AUTH  ".len() - mechanism.len();
        let command = match exchange.initial(room) {
            Some(response) => concatenated(&[b"AUTH ", mechanism, b" ", &response, b"\r\n"]),
            None => concatenated(&[b"AUTH ", mechanism, b"\r\n"]),
        };
        self.send(command, State::Authentication(exchange));
    }

    fn say_hello(&mut self, told: bool) {
        let name = &self.settings.client_name;
        if name.is_empty() || !name.bytes().all(|octet| octet.is_ascii_graphic()) {
            return self.fail(Failure::Unencodable);
        }
        let command = format!("EHLO {name}\r\n").into_bytes();
        self.send(Zeroizing::new(command), State::Ehlo { told });
    }

    /// Decides what comes next, in the order STARTTLS, XCLIENT, AUTH.
    fn after_hello(&mut self, told: bool) {
        let Some(offer) = &self.offer else { return };
        if self.settings.tls == Tls::StartTls && !self.is_protected {
            if !offer.start_tls {
                return self.fail(Failure::StartTlsNotOffered);
            }
            return self.send(Zeroizing::new(b"STARTTLS\r\n".to_vec()), State::StartTls);
        }
        if let Some(facts) = &self.settings.xclient
            && !told
        {
            return match xclient::commands(facts, &offer.xclient) {
                Some(commands) => self.tell(commands.into()),
                None => self.fail(Failure::ClientFactsNotOffered),
            };
        }
        let Some(authentication) = &self.settings.authentication else {
            self.state = State::Ready;
            return;
        };
        if !self.is_protected && !authentication.without_tls {
            return self.fail(Failure::AuthenticationNeedsTls);
        }
        match Exchange::begin(authentication, |name| offer.mechanisms.iter().any(|offered| offered == name)) {
            Ok(exchange) => self.sign_in(exchange),
            Err(unwilling) => self.fail(unwilling.into()),
        }
    }

    /// Sends the next XCLIENT command, or EHLO after the last.
    fn tell(&mut self, mut commands: VecDeque<Vec<u8>>) {
        match commands.pop_front() {
            Some(command) => self.send(Zeroizing::new(command), State::Xclient(commands)),
            None => self.say_hello(true),
        }
    }

    /// Sends a command and awaits its reply.
    fn send(&mut self, command: Zeroizing<Vec<u8>>, next: State) {
        self.output = command;
        self.state = next;
    }

    fn fail(&mut self, failure: Failure) {
        self.output = Zeroizing::default();
        self.replies.clear();
        let authentication = self.settings.authentication.as_ref();
        self.state = State::Failed(upstream::without_credentials(failure, authentication));
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Greeting,
            State::Ehlo { .. } => Stage::Capabilities,
            State::StartTls | State::TlsHandshake => Stage::StartTls,
            State::Xclient(_) => Stage::ClientFacts,
            State::Authentication(_) | State::Ready | State::Failed(_) => Stage::Authentication,
        }
    }
}

/// A reply for the operator: its code and its texts.
fn in_one_line(reply: &Reply) -> String {
    format!("{} {}", reply.code(), reply.lines().join(" "))
}
