//! The client role: capabilities, STARTTLS, capabilities, AUTHENTICATE.

use super::strings::strings;
use crate::door::LiteralLimits;
use crate::door::limits::{MAX_ANSWER_LINES, MAX_LINE, MAX_SIEVE_LITERAL, MAX_SIEVE_QUOTED};
use crate::door::upstream::{self, Dialect, Failure, Move, Settings, Stage, Tls, sealed};
use crate::sasl::client::Exchange;

/// The client role towards a ManageSieve server.
pub type Handshake = upstream::Handshake<ManageSieveClient>;

/// The words of the client role.
#[derive(Default)]
pub struct ManageSieveClient {
    state: State,
    offers_tls: bool,
    /// Upper case.
    mechanisms: Vec<String>,
    /// The Sieve extensions.
    extensions: Vec<String>,
    lines: u32,
}

#[derive(Default)]
enum State {
    /// The capabilities and their OK, which come unasked: as the greeting and after TLS.
    #[default]
    Greeting,
    StartTls,
    SecondGreeting,
    Authenticate(Exchange),
}

impl ManageSieveClient {
    fn learn(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let line = text.to_ascii_uppercase();
        if line.starts_with("\"STARTTLS\"") {
            self.offers_tls = true;
        } else if let Some(mechanisms) = line.strip_prefix("\"SASL\"") {
            self.mechanisms = mechanisms.split([' ', '"']).map(str::to_owned).collect();
        } else if line.starts_with("\"SIEVE\"") {
            let extensions = text["\"SIEVE\"".len()..].split([' ', '"']).filter(|name| !name.is_empty());
            self.extensions = extensions.map(str::to_owned).collect();
        }
    }

    fn advance(&mut self, settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        self.lines = 0;
        if settings.tls == Tls::StartTls && !is_protected {
            if !self.offers_tls {
                return Err(Failure::StartTlsNotOffered);
            }
            self.state = State::StartTls;
            return Ok(Move::send("STARTTLS"));
        }
        if settings.client.is_some() {
            return Err(Failure::ClientFactsNotOffered);
        }
        let Some(authentication) = &settings.authentication else {
            return Ok(Move::Ready(std::mem::take(&mut self.extensions)));
        };
        if !is_protected && !authentication.without_tls {
            return Err(Failure::AuthenticationNeedsTls);
        }
        let mut exchange =
            Exchange::begin(authentication, |name| self.mechanisms.iter().any(|offered| offered == name))?;
        let mechanism = exchange.mechanism().as_bytes();
        let head: [&[u8]; 3] = [b"AUTHENTICATE \"", mechanism, b"\""];
        let command = match exchange.initial(usize::MAX) {
            Some(response) => string(&[head[0], head[1], head[2], b" "], &response),
            None => Move::send_secret(&head),
        };
        self.state = State::Authenticate(exchange);
        Ok(command)
    }

    /// A string of the server while we sign in.
    fn challenge(&mut self, line: &[u8]) -> Result<Move, Failure> {
        let garbage = Failure::Garbage { stage: Stage::Authentication };
        let State::Authenticate(exchange) = &mut self.state else { return Err(garbage) };
        let strings = strings(line).unwrap_or_default();
        let [challenge] = &strings[..] else { return Err(garbage) };
        match exchange.respond(challenge) {
            Some(response) => Ok(string(&[], &response)),
            None if exchange.status().is_some() => {
                Err(Failure::sign_in_refused(exchange, false, "asked for more"))
            }
            None => Err(garbage),
        }
    }

    fn refused(&self, text: &[u8]) -> Failure {
        let text = String::from_utf8_lossy(text);
        let is_temporary = text.trim().to_ascii_uppercase().starts_with("(TRYLATER");
        match &self.state {
            State::Authenticate(exchange) => Failure::sign_in_refused(exchange, is_temporary, text.trim()),
            _ => Failure::refused(self.stage(), is_temporary, &text),
        }
    }
}

/// A command that ends with a string of base64: quoted, or a literal when it is too long for that.
fn string(head: &[&[u8]], text: &[u8]) -> Move {
    if text.len() <= MAX_SIEVE_QUOTED {
        return Move::send_secret(&[head, &[b"\"", text, b"\""]].concat());
    }
    Move::send_secret(&[head, &[format!("{{{}+}}\r\n", text.len()).as_bytes(), text]].concat())
}

impl sealed::Sealed for ManageSieveClient {}

#[expect(
    private_interfaces,
    reason = "the trait is named in public bounds and implemented in this crate only"
)]
impl Dialect for ManageSieveClient {
    const LIMITS: LiteralLimits =
        LiteralLimits { line: MAX_LINE, literal: MAX_SIEVE_LITERAL, literals: 1, clients_wait: false };

    fn answer(&mut self, line: &[u8], settings: &Settings, is_protected: bool) -> Result<Move, Failure> {
        let stage = self.stage();
        let end = line.iter().position(|octet| b" (".contains(octet)).unwrap_or(line.len());
        let (word, text) = line.split_at(end);
        match (word.to_ascii_uppercase().as_slice(), &self.state) {
            (b"OK", State::Greeting | State::SecondGreeting) => self.advance(settings, is_protected),
            (b"OK", State::StartTls) => Ok(Move::StartTls),
            (b"OK", State::Authenticate(_)) => Ok(Move::Ready(std::mem::take(&mut self.extensions))),
            (b"BYE", _) => Err(Failure::Closed { stage }),
            (b"NO", _) => Err(self.refused(text)),
            (_, State::Authenticate(_)) => self.challenge(line),
            (_, State::Greeting | State::SecondGreeting) if line.first() == Some(&b'"') => {
                self.lines += 1;
                self.learn(line);
                if self.lines > MAX_ANSWER_LINES { Err(Failure::Garbage { stage }) } else { Ok(Move::Wait) }
            }
            _ => Err(Failure::Garbage { stage }),
        }
    }

    /// RFC 5804 §2.2: what was offered in the clear is forgotten; the server says it again, unasked.
    fn secured(&mut self, _settings: &Settings) -> Result<Move, Failure> {
        *self = Self { state: State::SecondGreeting, ..Self::default() };
        Ok(Move::Wait)
    }

    fn stage(&self) -> Stage {
        match self.state {
            State::Greeting => Stage::Greeting,
            State::StartTls => Stage::StartTls,
            State::SecondGreeting => Stage::Capabilities,
            State::Authenticate(_) => Stage::Authentication,
        }
    }
}
