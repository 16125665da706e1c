//! The client role: greeting, STLS, XCLIENT, CAPA, AUTH or USER and PASS.
//!
//! STLS is sent without asking whether it is there: the answer says so, and a list in the clear proves nothing.

use crate::door::LiteralLimits;
use crate::door::limits::{MAX_ANSWER_LINES, MAX_POP3_ANSWER, MAX_POP3_COMMAND};
use crate::door::upstream::{self, Dialect, Failure, Method, Move, Settings, Stage, Tls, sealed};
use crate::sasl::client::Exchange;

/// The client role towards a POP3 server.
pub type Handshake = upstream::Handshake<Pop3Client>;

/// The words of the client role.
#[derive(Default)]
pub struct Pop3Client {
    state: State,
    /// The greeting says so; Dovecot has it there for clients that it trusts.
    takes_client: bool,
    capabilities: Vec<String>,
    lines: u32,
}

#[derive(Default)]
enum State {
    #[default]
    Greeting,
    StartTls,
    Xclient,
    /// The answer to CAPA, its first line.
    Capa,
    /// The lines of the list.
    List,
    Auth(Exchange),
    User,
    Pass,
}

impl Pop3Client {
    fn advance(&mut self, settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        if settings.tls == Tls::StartTls && !is_protected {
            self.state = State::StartTls;
            return Ok(Move::send("STLS"));
        }
        let Some(client) = &settings.client else { return Ok(self.ask()) };
        if !self.takes_client {
            return Err(Failure::ClientFactsNotOffered);
        }
        if !client.can_be_sent() {
            return Err(Failure::Unencodable);
        }
        self.state = State::Xclient;
        Ok(Move::send(&format!(
            "XCLIENT ADDR={} PORT={} SESSION={} TTL={}",
            client.address, client.port, client.session, client.hops_left
        )))
    }

    fn ask(&mut self) -> Move {
        self.state = State::Capa;
        Move::send("CAPA")
    }

    /// AUTH, or USER and PASS when the upstream does not take a password by PLAIN; they cannot act as somebody else.
    fn sign_in(&mut self, settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        let Some(authentication) = &settings.authentication else {
            return Ok(Move::Ready(std::mem::take(&mut self.capabilities)));
        };
        if !is_protected && !authentication.without_tls {
            return Err(Failure::AuthenticationNeedsTls);
        }
        if authentication.method != Method::Password || self.offers("PLAIN") {
            let mut exchange = Exchange::begin(authentication, |name| self.offers(name))?;
            let mechanism = exchange.mechanism().as_bytes();
            let command = match exchange.initial(MAX_POP3_COMMAND - "AUTH  ".len() - mechanism.len()) {
                Some(response) => Move::send_secret(&[b"AUTH ", mechanism, b" ", &response]),
                None => Move::send_secret(&[b"AUTH ", mechanism]),
            };
            self.state = State::Auth(exchange);
            return Ok(command);
        }
        if authentication.act_as.is_some() {
            return Err(Failure::AuthenticationNotOffered);
        }
        let user_name = &authentication.user_name;
        let cannot_be_sent = |octets: &[u8]| octets.iter().any(|octet| b"\r\n\0".contains(octet));
        if cannot_be_sent(user_name.as_bytes()) || cannot_be_sent(authentication.secret.expose()) {
            return Err(Failure::Unencodable);
        }
        self.state = State::User;
        Ok(Move::send_secret(&[b"USER ", user_name.as_bytes()]))
    }

    fn offers(&self, mechanism: &str) -> bool {
        self.capabilities.iter().any(|line| {
            let mut words = line.split_ascii_whitespace();
            words.next().is_some_and(|word| word.eq_ignore_ascii_case("SASL"))
                && words.any(|word| word.eq_ignore_ascii_case(mechanism))
        })
    }

    fn positive(&mut self, text: &[u8], settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        match self.state {
            State::Greeting => {
                self.takes_client = text.starts_with(b" [XCLIENT]");
                self.advance(settings, is_protected)
            }
            State::StartTls => Ok(Move::StartTls),
            State::Xclient => Ok(self.ask()),
            State::Capa => {
                self.state = State::List;
                Ok(Move::Wait)
            }
            State::User => {
                self.state = State::Pass;
                let authentication = settings.authentication.as_ref();
                let authentication =
                    authentication.ok_or(Failure::Garbage { stage: Stage::Authentication })?;
                Ok(Move::send_secret(&[b"PASS ", authentication.secret.expose()]))
            }
            State::Auth(_) | State::Pass => Ok(Move::Ready(std::mem::take(&mut self.capabilities))),
            State::List => Err(Failure::Garbage { stage: self.stage() }),
        }
    }
}

impl sealed::Sealed for Pop3Client {}

#[expect(
    private_interfaces,
    reason = "the trait is named in public bounds and implemented in this crate only"
)]
impl Dialect for Pop3Client {
    const LIMITS: LiteralLimits =
        LiteralLimits { line: MAX_POP3_ANSWER, literal: 0, literals: 0, clients_wait: false };

    fn answer(&mut self, line: &[u8], settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        let stage = self.stage();
        if matches!(self.state, State::List) {
            if line == b"." {
                return self.sign_in(settings, is_protected);
            }
            self.lines += 1;
            if self.lines > MAX_ANSWER_LINES {
                return Err(Failure::Garbage { stage });
            }
            self.capabilities.push(String::from_utf8_lossy(line).into_owned());
            return Ok(Move::Wait);
        }
        if let Some(text) = line.strip_prefix(b"+OK") {
            return self.positive(text, settings, is_protected);
        }
        if let Some(text) = line.strip_prefix(b"-ERR") {
            // A server without CAPA has USER and PASS.
            if matches!(self.state, State::Capa) {
                return self.sign_in(settings, is_protected);
            }
            let text = String::from_utf8_lossy(text.trim_ascii());
            let code = text.to_ascii_uppercase();
            let is_temporary =
                ["[SYS/TEMP]", "[IN-USE]", "[LOGIN-DELAY]"].iter().any(|one| code.starts_with(one));
            return Err(match &self.state {
                State::Auth(exchange) => Failure::sign_in_refused(exchange, is_temporary, &text),
                _ => Failure::refused(stage, is_temporary, &text),
            });
        }
        match (&mut self.state, line.strip_prefix(b"+")) {
            (State::Auth(exchange), Some(challenge)) => Move::respond(exchange, challenge.trim_ascii()),
            _ => Err(Failure::Garbage { stage }),
        }
    }

    fn secured(&mut self, settings: &Settings) -> Result<Move, Failure> {
        self.advance(settings, true)
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Greeting,
            State::StartTls => Stage::StartTls,
            State::Xclient => Stage::ClientFacts,
            State::Capa | State::List => Stage::Capabilities,
            State::Auth(_) | State::User | State::Pass => Stage::Authentication,
        }
    }
}
