//! The client role: greeting, CAPABILITY, STARTTLS, ID, AUTHENTICATE or LOGIN, CAPABILITY.
//!
//! The tag is always `P`: no command is sent before the one before it has been answered. A `PREAUTH` greeting fails
//! the handshake: it says that we are somebody whom we did not name, and it would rule STARTTLS out.

mod response;
mod sign_in;

use self::response::{Response, Status, read};
use crate::door::LiteralLimits;
use crate::door::limits::{MAX_ANSWER_LINES, MAX_LINE, MAX_LITERAL, MAX_LITERALS};
use crate::door::upstream::{self, ClientFacts, Dialect, Failure, Move, Settings, Stage, Tls, sealed};
use crate::sasl::client::Exchange;

/// The client role towards an IMAP server.
pub type Handshake = upstream::Handshake<ImapClient>;

/// The words of the client role.
#[derive(Default)]
pub struct ImapClient {
    state: State,
    /// The capabilities that hold now; `None`: not known.
    capabilities: Option<Vec<String>>,
    /// What an untagged response said about throttling.
    warning: Option<Failure>,
    /// Lines since the last command.
    lines: u32,
}

#[derive(Default)]
enum State {
    #[default]
    Greeting,
    Capabilities,
    StartTls,
    Id,
    /// LOGIN or AUTHENTICATE.
    SignIn(Exchange),
    /// CAPABILITY, after sign-in.
    After,
}

impl ImapClient {
    /// Decides what comes next, in the order CAPABILITY, STARTTLS, ID, sign-in.
    fn advance(&mut self, settings: &Settings, is_protected: bool, told: bool) -> Result<Move, Failure> {
        self.lines = 0;
        let Some(offered) = &self.capabilities else {
            self.state = State::Capabilities;
            return Ok(Move::send("P CAPABILITY"));
        };
        let offers = |name: &str| offered.iter().any(|offered| offered.eq_ignore_ascii_case(name));
        if settings.tls == Tls::StartTls && !is_protected {
            if !offers("STARTTLS") {
                return Err(Failure::StartTlsNotOffered);
            }
            self.state = State::StartTls;
            return Ok(Move::send("P STARTTLS"));
        }
        if let Some(client) = settings.client.as_ref().filter(|_| !told) {
            if !offers("ID") {
                return Err(Failure::ClientFactsNotOffered);
            }
            self.state = State::Id;
            return id(client);
        }
        let Some(authentication) = &settings.authentication else {
            return Ok(Move::Ready(self.capabilities.take().unwrap_or_default()));
        };
        if !is_protected && !authentication.without_tls {
            return Err(Failure::AuthenticationNeedsTls);
        }
        let (command, exchange) = sign_in::begin(authentication, offers)?;
        self.state = State::SignIn(exchange);
        self.capabilities = None;
        Ok(command)
    }

    fn go_on(&mut self, challenge: &[u8]) -> Result<Move, Failure> {
        let stage = self.stage();
        let State::SignIn(exchange) = &mut self.state else { return Err(Failure::Garbage { stage }) };
        Move::respond(exchange, challenge)
    }

    /// The end of a step that was not taken. Exchange Online says in an untagged response that it is throttling.
    fn refused(&self, is_temporary: bool, text: &[u8]) -> Failure {
        let text = String::from_utf8_lossy(text);
        let failure = match &self.state {
            State::SignIn(exchange) => Failure::sign_in_refused(exchange, is_temporary, &text),
            _ => Failure::refused(self.stage(), is_temporary, &text),
        };
        match (&failure, &self.warning) {
            (Failure::Refused { .. }, Some(warning)) => warning.clone(),
            _ => failure,
        }
    }

    fn done(&mut self, settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        match self.state {
            State::Greeting | State::Capabilities if self.capabilities.is_none() => {
                Err(Failure::Garbage { stage: Stage::Capabilities })
            }
            State::Greeting | State::Capabilities => self.advance(settings, is_protected, false),
            State::StartTls => Ok(Move::StartTls),
            State::Id => self.advance(settings, is_protected, true),
            State::SignIn(_) if self.capabilities.is_none() => {
                self.state = State::After;
                self.lines = 0;
                Ok(Move::send("P CAPABILITY"))
            }
            State::SignIn(_) | State::After => Ok(Move::Ready(self.capabilities.take().unwrap_or_default())),
        }
    }
}

impl sealed::Sealed for ImapClient {}

#[expect(
    private_interfaces,
    reason = "the trait is named in public bounds and implemented in this crate only"
)]
impl Dialect for ImapClient {
    /// An upstream sends its literals unasked, so nobody waits.
    const LIMITS: LiteralLimits =
        LiteralLimits { line: MAX_LINE, literal: MAX_LITERAL, literals: MAX_LITERALS, clients_wait: false };

    fn answer(&mut self, line: &[u8], settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        let stage = self.stage();
        self.lines += 1;
        if self.lines > MAX_ANSWER_LINES {
            return Err(Failure::Garbage { stage });
        }
        let response = read(line).ok_or(Failure::Garbage { stage })?;
        if let Some(capabilities) = response.capabilities() {
            self.capabilities = Some(capabilities);
        }
        match (response, &self.state) {
            (Response::Untagged { status: Some(Status::Ok), .. }, State::Greeting) => {
                self.advance(settings, is_protected, false)
            }
            (Response::Untagged { status: Some(Status::Bye), text }, _) => {
                Err(throttled(stage, text).or(self.warning.take()).unwrap_or(Failure::Closed { stage }))
            }
            (_, State::Greeting) => Err(Failure::Garbage { stage }),
            (Response::Untagged { status: Some(Status::No | Status::Bad), text }, _) => {
                self.warning = throttled(stage, text).or(self.warning.take());
                Ok(Move::Wait)
            }
            (Response::Untagged { .. }, _) => Ok(Move::Wait),
            (Response::Continuation { challenge }, _) => self.go_on(challenge),
            (Response::Tagged { status: Status::Ok, .. }, _) => self.done(settings, is_protected),
            (Response::Tagged { status: Status::No | Status::Bad, text }, _) => {
                Err(self.refused(response::is_temporary(text), text))
            }
            (Response::Tagged { .. }, _) => Err(Failure::Garbage { stage }),
        }
    }

    fn secured(&mut self, settings: &Settings) -> Result<Move, Failure> {
        self.capabilities = None;
        self.advance(settings, true, false)
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Greeting,
            State::Capabilities => Stage::Capabilities,
            State::StartTls => Stage::StartTls,
            State::Id => Stage::ClientFacts,
            State::SignIn(_) | State::After => Stage::Authentication,
        }
    }
}

/// What an untagged response says, if it asks for patience.
fn throttled(stage: Stage, text: &[u8]) -> Option<Failure> {
    let failure = Failure::refused(stage, true, &String::from_utf8_lossy(text));
    Some(failure).filter(|failure| matches!(failure, Failure::Throttled { .. }))
}

/// Dovecot's forwarding: taken before sign-in from addresses in its `login_trusted_networks`.
fn id(client: &ClientFacts) -> Result<Move, Failure> {
    if !client.can_be_sent() {
        return Err(Failure::Unencodable);
    }
    Ok(Move::send(&format!(
        "P ID (\"x-originating-ip\" \"{}\" \"x-originating-port\" \"{}\" \"x-session-id\" \"{}\" \"x-proxy-ttl\" \"{}\")",
        client.address, client.port, client.session, client.hops_left
    )))
}
