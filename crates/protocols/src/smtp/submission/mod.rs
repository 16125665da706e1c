//! What a mail program speaks to us until it has signed in.
//!
//! Decisions where a real program and an RFC disagree, or where the RFCs leave a choice:
//!
//! - **Only CRLF ends a command.** A bare LF, a bare CR or a NUL is answered with `521 5.5.2`, in words that name the
//!   fault, and the connection ends. Scripts that send bare LF do exist, but a server that takes them must guess
//!   where a line ends, and two servers that guess differently are how SMTP smuggling works. The reply comes at the
//!   offending octet, so such a script gets an answer instead of a time-out.
//! - **AUTH before EHLO or HELO is taken.** RFC 4954 has it after EHLO; nothing that we decide depends on the name
//!   given there, and refusing would only lock out devices.
//! - **HELO before TLS is refused like any other command** (RFC 3207 §4 exempts NOOP, EHLO, STARTTLS and QUIT): a
//!   program that says HELO cannot learn of STARTTLS, so it is told at once.
//! - **Octets behind STARTTLS in the clear are discarded**, and so is all that was learnt before the handshake.

mod answer;
mod config;
mod step;

use std::sync::Arc;

pub use config::{Config, Tls};
pub use step::{Accepted, Step, Verdict};

use super::command::line_limit;
use super::input::{Input, Line};
use super::limits::{MAX_AUTH_LINE, MAX_BUFFERED_INPUT, MAX_ERRORS};
use super::relay::{self, Relay};
use super::{Reply, bye};
use crate::door::limits::REPLIES_TOGETHER;
use crate::door::{ShutDown, State, UNAVAILABLE};

/// One client's session until it has signed in. `P` is the proof of a sign-in, which only the verifier can make.
pub struct Session<P> {
    config: Arc<Config>,
    input: Input,
    output: Vec<u8>,
    state: State<Box<Relay<P>>>,
    is_protected: bool,
    client_name: Option<String>,
    errors: u32,
}

impl<P> Session<P> {
    /// A session whose first step is the greeting.
    pub fn new(config: Arc<Config>) -> Self {
        let output = Reply::plain(220, [format!("{} ESMTP Postern", config.host_name)]).to_bytes();
        let is_protected = config.tls == Tls::Implicit;
        Self {
            config,
            input: Input::default(),
            output,
            state: State::Command,
            is_protected,
            client_name: None,
            errors: 0,
        }
    }

    /// Takes what was read from the client. Call it after [`Step::NeedBytes`] only.
    ///
    /// A client that pipelines more than 64 KiB while its credentials are being verified is cut off.
    pub fn receive(&mut self, bytes: &[u8]) {
        if matches!(self.state, State::Handshake | State::Closing) {
            return;
        }
        if self.input.len() + bytes.len() > MAX_BUFFERED_INPUT && !matches!(self.state, State::Command) {
            return self.end(&Reply::new(421, "4.7.0", "Too much was sent before the sign-in was answered"));
        }
        self.input.push(bytes);
    }

    /// The next thing to do.
    pub fn next_step(&mut self) -> Step<P> {
        loop {
            if self.output.len() > REPLIES_TOGETHER {
                return Step::Send(std::mem::take(&mut self.output));
            }
            let line = match &self.state {
                State::Command => self.input.next_line(line_limit),
                State::Exchange(_) => self.input.next_line(|_| MAX_AUTH_LINE),
                _ => Line::Incomplete,
            };
            match line {
                Line::Complete(line) => self.take_line(&line),
                Line::TooLong { limit } => self.too_long(limit),
                Line::BareOctet(octet) => self.end(&Reply::new(
                    521,
                    "5.5.2",
                    &format!("A line must end with CR LF and nothing else; a {} was received", octet.name()),
                )),
                Line::Incomplete if !self.output.is_empty() => {
                    return Step::Send(std::mem::take(&mut self.output));
                }
                Line::Incomplete => return self.state.settled_step(),
            }
        }
    }

    /// The handshake asked for by [`Step::StartTls`] has succeeded. Everything received before is forgotten
    /// (RFC 3207 §4.2). A call at any other time is ignored.
    pub fn tls_established(&mut self) {
        if matches!(self.state, State::Handshake) {
            self.input.clear();
            self.client_name = None;
            self.is_protected = true;
            self.state = State::Command;
        }
    }

    /// The answer to [`Step::Verify`]. A verdict that nobody asked for is dropped, its proof with it.
    pub fn verdict(&mut self, verdict: Verdict<P>) {
        if !matches!(self.state, State::Verifying) {
            return;
        }
        self.state = State::Command;
        match verdict {
            Verdict::Accepted(accepted) => self.sign_in(accepted),
            Verdict::Refused { text } => self.mistake(&Reply::new(535, "5.7.8", &text)),
            Verdict::Temporary { text } | Verdict::UpstreamRefused { text } | Verdict::Limit { text } => {
                self.say(&Reply::new(454, "4.7.0", &text));
            }
            Verdict::Unavailable => self.say(&Reply::new(454, "4.7.0", UNAVAILABLE)),
        }
    }

    /// Ends the session: the octets to write before closing.
    pub fn shut_down(&mut self, reason: ShutDown) -> Vec<u8> {
        self.state = State::Closing;
        self.input.clear();
        let mut bytes = std::mem::take(&mut self.output);
        bytes.extend_from_slice(&bye(reason, &self.config.host_name));
        bytes
    }

    /// The name that the client gave in EHLO or HELO, not verified.
    pub fn client_name(&self) -> Option<&str> {
        self.client_name.as_deref()
    }

    /// How many octets are kept; never more than 64 KiB beyond one `receive`.
    pub fn buffered(&self) -> usize {
        self.input.len() + self.output.len()
    }

    fn sign_in(&mut self, accepted: Accepted<P>) {
        self.say(&Reply::new(235, "2.7.0", "Authentication succeeded"));
        let received = self.input.take(usize::MAX);
        let settings = relay::Settings {
            host_name: self.config.host_name.clone(),
            capabilities: self.config.ours,
            upstream: accepted.upstream,
            sender_rule: accepted.sender_rule,
            allowance: accepted.allowance,
        };
        self.state = State::SignedIn(Box::new(Relay::new(accepted.proof, settings, &received)));
    }

    fn too_long(&mut self, limit: usize) {
        self.state = State::Command;
        let reply = if limit == MAX_AUTH_LINE {
            Reply::new(500, "5.5.6", "The line is too long for an AUTH exchange")
        } else {
            Reply::new(500, "5.5.2", "The command line is too long")
        };
        self.mistake(&reply);
    }

    fn say(&mut self, reply: &Reply) {
        self.output.extend_from_slice(&reply.to_bytes());
    }

    /// A reply to a client's mistake. Too many of them end the connection.
    fn mistake(&mut self, reply: &Reply) {
        self.say(reply);
        self.errors += 1;
        if self.errors >= MAX_ERRORS {
            let text = format!("{} Too many errors", self.config.host_name);
            self.end(&Reply::new(421, "4.7.0", &text));
        }
    }

    /// A reply after which nothing more is taken from the client.
    fn end(&mut self, reply: &Reply) {
        self.say(reply);
        self.input.clear();
        self.state = State::Closing;
    }
}
