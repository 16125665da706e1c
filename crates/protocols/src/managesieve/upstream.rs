//! The client role: capabilities, STARTTLS, capabilities, AUTHENTICATE PLAIN.

use crate::door::limits::{MAX_ANSWER_LINES, MAX_LINE, MAX_SIEVE_LITERAL};
use crate::door::upstream::{self, Dialect, Failure, Move, Settings, Stage, Tls, sealed};
use crate::door::{LiteralLimits, clean};
use crate::sasl::client;

/// The client role towards a ManageSieve server.
pub type Handshake = upstream::Handshake<ManageSieveClient>;

/// The words of the client role.
#[derive(Default)]
pub struct ManageSieveClient {
    state: State,
    offers_tls: bool,
    offers_plain: bool,
    lines: u32,
}

#[derive(Default, Clone, Copy)]
enum State {
    /// The capabilities and their OK, which come unasked: as the greeting and after TLS.
    #[default]
    Greeting,
    StartTls,
    SecondGreeting,
    Authenticate,
}

impl ManageSieveClient {
    fn learn(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line).to_ascii_uppercase();
        if line.starts_with("\"STARTTLS\"") {
            self.offers_tls = true;
        } else if let Some(mechanisms) = line.strip_prefix("\"SASL\"") {
            self.offers_plain = mechanisms.split([' ', '"']).any(|name| name == "PLAIN");
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
        let authentication = &settings.authentication;
        if settings.client.is_some() {
            return Err(Failure::ClientFactsNotOffered);
        }
        if !is_protected && !authentication.without_tls {
            return Err(Failure::AuthenticationNeedsTls);
        }
        if !self.offers_plain {
            return Err(Failure::AuthenticationNotOffered);
        }
        let act_as = authentication.act_as.as_deref().unwrap_or_default();
        let response = client::plain_as(act_as, &authentication.user_name, &authentication.secret);
        let response = response.ok_or(Failure::Unencodable)?;
        self.state = State::Authenticate;
        Ok(Move::send_secret(&[b"AUTHENTICATE \"PLAIN\" \"", response.as_bytes(), b"\""]))
    }
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
        match (word.to_ascii_uppercase().as_slice(), self.state) {
            (b"OK", State::Greeting | State::SecondGreeting) => self.advance(settings, is_protected),
            (b"OK", State::StartTls) => Ok(Move::StartTls),
            (b"OK", State::Authenticate) => Ok(Move::Ready(Vec::new())),
            (b"BYE", _) => Err(Failure::Closed { stage }),
            (b"NO", _) => {
                let text = clean(String::from_utf8_lossy(text).trim());
                let is_temporary = text.to_ascii_uppercase().starts_with("(TRYLATER");
                Err(Failure::Refused { stage, is_temporary, text })
            }
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
            State::Authenticate => Stage::Authentication,
        }
    }
}
