//! The client role towards the upstream, from the greeting until mail can be sent: EHLO, STARTTLS, XCLIENT, AUTH.
//!
//! - **There is no falling back**: not to an unprotected channel when STARTTLS is missing, not to HELO when EHLO is
//!   refused (a server that knows only HELO can do nothing that a submission relay needs), not to LOGIN when PLAIN is
//!   refused (that would be a second failed attempt with the same secret).
//! - **Octets in the clear behind the reply to STARTTLS fail the handshake**: somebody wants them read as protected.
//! - EHLO is sent anew after STARTTLS and XCLIENT, as both demand, and not after AUTH (OpenSMTPD#1284).

mod authentication;
mod failure;
mod offer;
mod settings;
mod xclient;

use std::collections::VecDeque;

pub use failure::{Failure, Fault, Stage};
pub use settings::{Authentication, ClientFacts, Settings, Tls};
use zeroize::Zeroizing;

use self::offer::Offer;
use super::{Capabilities, Reply, ReplyParser};

/// The next thing to do. Perform it, then ask again.
pub enum Step {
    /// Read from the upstream, give the octets to `receive` (or call `closed`) and ask again.
    NeedBytes,
    /// Write these octets to the upstream; they may hold a secret.
    Send(Zeroizing<Vec<u8>>),
    /// Do the TLS handshake as the client, with full name checking, then call `tls_established`.
    StartTls,
    /// Mail can be sent.
    Ready(Ready),
    /// Close the connection.
    Failed(Failure),
}

impl std::fmt::Debug for Step {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NeedBytes => formatter.write_str("NeedBytes"),
            Self::Send(_) => formatter.write_str("Send"),
            Self::StartTls => formatter.write_str("StartTls"),
            Self::Ready(ready) => ready.fmt(formatter),
            Self::Failed(failure) => failure.fmt(formatter),
        }
    }
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
    /// Answers to give to a `334`.
    Authentication(VecDeque<Zeroizing<Vec<u8>>>),
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
                Ok(Some(reply)) => self.take_reply(reply),
                Ok(None) if self.has_closed => self.fail(Failure::Closed { stage }),
                Ok(None) => return Step::NeedBytes,
                Err(error) => self.fail(Failure::Garbage { stage, error }),
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

    fn take_reply(&mut self, reply: Reply) {
        let stage = self.stage();
        match (std::mem::replace(&mut self.state, State::Greeting), reply.code()) {
            (State::Greeting, 220) => self.say_hello(false),
            (State::Ehlo { told }, 250) => {
                self.offer = Some(Offer::read(&reply));
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
            (State::Authentication(mut answers), 334) => match answers.pop_front() {
                Some(answer) => self.send(answer, State::Authentication(answers)),
                None => self.fail(Failure::Unexpected { stage, reply }),
            },
            (_, 400..600) => self.fail(Failure::Refused { stage, reply }),
            _ => self.fail(Failure::Unexpected { stage, reply }),
        }
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
                None => self.fail(Failure::XclientNotOffered),
            };
        }
        let Some(authentication) = &self.settings.authentication else {
            self.state = State::Ready;
            return;
        };
        if !self.is_protected && !authentication.without_tls {
            return self.fail(Failure::AuthenticationNeedsTls);
        }
        match authentication::plan(authentication, &offer.mechanisms) {
            Ok((command, answers)) => self.send(command, State::Authentication(answers)),
            Err(failure) => self.fail(failure),
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
        self.state = State::Failed(failure);
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Greeting,
            State::Ehlo { .. } => Stage::Ehlo,
            State::StartTls | State::TlsHandshake => Stage::StartTls,
            State::Xclient(_) => Stage::Xclient,
            State::Authentication(_) | State::Ready | State::Failed(_) => Stage::Authentication,
        }
    }
}
