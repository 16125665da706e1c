//! The client role towards an upstream, from the greeting until octets can be relayed, in any dialect.
//! What holds for all upstreams is in [`crate::upstream`].

mod dialect;
mod settings;

pub use dialect::Dialect;
pub(crate) use dialect::{Move, sealed};
pub use settings::{ClientFacts, Settings};
use zeroize::Zeroizing;

use super::{Assembly, Input, Unit};
use crate::upstream;
pub use crate::upstream::{Authentication, Failure, Fault, Method, Stage, Tls};

/// The next thing to do.
pub type Step = upstream::Step<Ready>;

/// The outcome of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// What the upstream offers, as it spells it: IMAP's capabilities after sign-in (before it, if there is none), POP3's
    /// lines of CAPA and ManageSieve's Sieve extensions, which were read before it.
    pub capabilities: Vec<String>,
    /// What was read beyond the last answer; the first octets for the client.
    pub leftover: Zeroizing<Vec<u8>>,
}

/// A handshake in progress.
pub struct Handshake<D> {
    settings: Settings,
    dialect: D,
    input: Input,
    assembly: Assembly,
    output: Zeroizing<Vec<u8>>,
    state: State,
    is_protected: bool,
    has_closed: bool,
}

enum State {
    Talking,
    TlsHandshake,
    Ready(Vec<String>),
    Failed(Failure),
}

impl<D: Dialect> std::fmt::Debug for Handshake<D> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Handshake")
    }
}

impl<D: Dialect> Handshake<D> {
    /// A handshake that waits for the greeting.
    pub fn new(settings: Settings) -> Self {
        let is_protected = settings.tls == Tls::Implicit;
        Self {
            settings,
            dialect: D::default(),
            input: Input::default(),
            assembly: Assembly::default(),
            output: Zeroizing::default(),
            state: State::Talking,
            is_protected,
            has_closed: false,
        }
    }

    /// Takes what was read from the upstream.
    pub fn receive(&mut self, bytes: &[u8]) {
        match self.state {
            State::TlsHandshake => self.fail(Failure::InjectedBeforeTls),
            State::Failed(_) => {}
            State::Talking | State::Ready(_) => self.input.push(bytes),
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
            match &mut self.state {
                State::TlsHandshake => return Step::StartTls,
                State::Ready(capabilities) => {
                    let capabilities = std::mem::take(capabilities);
                    return Step::Ready(Ready { capabilities, leftover: self.input.take_all() });
                }
                State::Talking | State::Failed(_) => {}
            }
            let stage = self.dialect.stage();
            match self.assembly.next(&mut self.input, D::LIMITS, false) {
                Unit::Complete(unit) => {
                    let next = self.dialect.answer(&unit, &self.settings, self.is_protected);
                    self.go(next);
                }
                Unit::Incomplete if self.has_closed => self.fail(Failure::Closed { stage }),
                Unit::Incomplete => return Step::NeedBytes,
                Unit::Announced | Unit::Broken(_) | Unit::Refused(_) => {
                    self.fail(Failure::Garbage { stage });
                }
            }
        }
    }

    /// The handshake asked for by [`Step::StartTls`] has succeeded. What the upstream offered before is forgotten. A
    /// call at any other time is ignored.
    pub fn tls_established(&mut self) {
        if matches!(self.state, State::TlsHandshake) {
            self.is_protected = true;
            self.state = State::Talking;
            let next = self.dialect.secured(&self.settings);
            self.go(next);
        }
    }

    /// The upstream has closed the connection.
    pub fn closed(&mut self) {
        self.has_closed = true;
    }

    /// How many octets are kept.
    pub fn buffered(&self) -> usize {
        self.input.len() + self.assembly.len() + self.output.len()
    }

    fn go(&mut self, next: Result<Move, Failure>) {
        match next {
            Ok(Move::Wait) => {}
            Ok(Move::Send(bytes)) => self.output = bytes,
            Ok(Move::StartTls) if self.input.len() > 0 => self.fail(Failure::InjectedBeforeTls),
            Ok(Move::StartTls) => self.state = State::TlsHandshake,
            Ok(Move::Ready(capabilities)) => self.state = State::Ready(capabilities),
            Err(failure) => self.fail(failure),
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.output = Zeroizing::default();
        self.input.clear();
        self.assembly.clear();
        let authentication = self.settings.authentication.as_ref();
        self.state = State::Failed(upstream::without_credentials(failure, authentication));
    }
}
