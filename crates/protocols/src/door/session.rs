//! One client's session until it has signed in, in any dialect.

use super::limits::{MAX_BUFFERED_INPUT, MAX_ERRORS, REPLIES_TOGETHER};
use super::{
    Accepted, Answer, Assembly, Cause, Dialect, HandOver, Input, ShutDown, State, Step, Tls, UNAVAILABLE,
    Unit, Verdict,
};
use crate::sasl::{Progress, SaslError};

/// A client's session. `P` is the proof of a sign-in, which only the verifier can make; `D` the protocol.
pub struct Session<P, D: Dialect> {
    pub(crate) dialect: D,
    input: Input,
    assembly: Assembly,
    output: Vec<u8>,
    state: State<HandOver<P>>,
    is_protected: bool,
    errors: u32,
}

impl<P, D: Dialect> Session<P, D> {
    /// A session whose first step is the greeting.
    pub(crate) fn begin(dialect: D, tls: Tls) -> Self {
        let is_protected = tls == Tls::Implicit;
        Self {
            output: dialect.greeting(is_protected),
            dialect,
            input: Input::default(),
            assembly: Assembly::default(),
            state: State::Command,
            is_protected,
            errors: 0,
        }
    }

    /// Takes what was read from the client. Call it after [`Step::NeedBytes`] only.
    ///
    /// A client that pipelines more than 64 KiB while its credentials are being verified is cut off.
    pub fn receive(&mut self, bytes: &[u8]) {
        match self.state {
            State::Handshake | State::Closing => {}
            State::Verifying if self.input.len() + bytes.len() > MAX_BUFFERED_INPUT => {
                let words = self.dialect.enough("Too much was sent before the sign-in was answered");
                self.end(words);
            }
            _ => self.input.push(bytes),
        }
    }

    /// The next thing to do.
    pub fn next_step(&mut self) -> Step<HandOver<P>> {
        loop {
            if self.output.len() > REPLIES_TOGETHER {
                return Step::Send(std::mem::take(&mut self.output));
            }
            let unit = match &self.state {
                State::Command => self.assembly.next(&mut self.input, D::LIMITS, false),
                State::Exchange(_) => self.assembly.next(&mut self.input, D::LIMITS, D::RESPONSE_IS_LINE),
                _ => Unit::Incomplete,
            };
            match unit {
                Unit::Complete(unit) => self.take_unit(&unit),
                Unit::Announced => self.take_announcement(),
                Unit::Refused(so_far) => {
                    self.state = State::Command;
                    let words = self.dialect.literal_refused(&so_far);
                    self.mistake(&words);
                }
                Unit::Broken(fault) => self.end(self.dialect.broken(fault)),
                Unit::Incomplete if !self.output.is_empty() => {
                    return Step::Send(std::mem::take(&mut self.output));
                }
                Unit::Incomplete => return self.state.settled_step(),
            }
        }
    }

    /// The handshake asked for by [`Step::StartTls`] has succeeded. Everything received before is forgotten. A call at
    /// any other time is ignored.
    pub fn tls_established(&mut self) {
        if matches!(self.state, State::Handshake) {
            self.input.clear();
            self.assembly.clear();
            self.is_protected = true;
            self.state = State::Command;
            self.output = self.dialect.secured();
        }
    }

    /// The answer to [`Step::Verify`]. A verdict that nobody asked for is dropped, its proof with it.
    pub fn verdict(&mut self, verdict: Verdict<Accepted<P>>) {
        if !matches!(self.state, State::Verifying) {
            return;
        }
        self.state = State::Command;
        let (cause, text) = match verdict {
            Verdict::Accepted(accepted) => return self.sign_in(accepted),
            Verdict::Refused { text } => (Cause::Refused, text),
            Verdict::Temporary { text } => (Cause::Temporary, text),
            Verdict::UpstreamRefused { text } => (Cause::UpstreamRefused, text),
            Verdict::Limit { text } => (Cause::Limit, text),
            Verdict::Unavailable => (Cause::Temporary, UNAVAILABLE.to_owned()),
        };
        let words = self.dialect.rejected(cause, &text);
        if cause == Cause::Refused {
            self.mistake(&words);
        } else {
            self.output.extend_from_slice(&words);
        }
    }

    /// Ends the session: the octets to write before closing.
    pub fn shut_down(&mut self, reason: ShutDown) -> Vec<u8> {
        self.end(self.dialect.bye(reason));
        std::mem::take(&mut self.output)
    }

    /// How many octets are kept; never more than some 64 KiB beyond one `receive`.
    pub fn buffered(&self) -> usize {
        self.input.len() + self.assembly.len() + self.output.len()
    }

    fn sign_in(&mut self, accepted: Accepted<P>) {
        self.output.extend_from_slice(&self.dialect.accepted(&accepted.capabilities));
        let received = self.input.take_all();
        self.state = State::SignedIn(HandOver { proof: accepted.proof, received });
    }

    fn take_unit(&mut self, unit: &[u8]) {
        if let State::Exchange(exchange) = std::mem::replace(&mut self.state, State::Command) {
            let response = self.dialect.response(unit).map(zeroize::Zeroizing::new);
            return self.follow(response.and_then(|response| exchange.respond(&response)));
        }
        let answer = self.dialect.command(unit, self.is_protected);
        self.answer(answer);
    }

    fn take_announcement(&mut self) {
        let answer = self.dialect.announced(self.assembly.so_far(), self.is_protected);
        if !matches!(answer, Answer::Say(_)) {
            self.assembly.clear();
        }
        self.answer(answer);
    }

    fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Say(words) => self.output.extend_from_slice(&words),
            Answer::Mistake(words) => self.mistake(&words),
            Answer::End(words) => self.end(words),
            Answer::StartTls(words) => {
                self.output.extend_from_slice(&words);
                self.input.clear();
                self.state = State::Handshake;
            }
            Answer::Authenticate(progress) => self.follow(progress),
        }
    }

    fn follow(&mut self, progress: Result<Progress, SaslError>) {
        match progress {
            Ok(Progress::Challenge { prompt, next }) => {
                self.output.extend_from_slice(&self.dialect.challenge(prompt));
                self.state = State::Exchange(next);
            }
            Ok(Progress::Complete(credentials)) => self.state = State::Credentials(credentials),
            Err(error) => {
                let words = self.dialect.exchange_failed(error);
                self.mistake(&words);
            }
        }
    }

    /// An answer to a client's mistake. Too many of them end the connection.
    fn mistake(&mut self, words: &[u8]) {
        self.output.extend_from_slice(words);
        self.errors += 1;
        if self.errors >= MAX_ERRORS {
            self.end(self.dialect.enough("Too many errors"));
        }
    }

    /// Last words, after which nothing more is taken from the client.
    fn end(&mut self, words: Vec<u8>) {
        self.output.extend(words);
        self.input.clear();
        self.assembly.clear();
        self.state = State::Closing;
    }
}
