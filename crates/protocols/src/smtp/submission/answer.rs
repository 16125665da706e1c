//! The answers to command and response lines before sign-in (reply table: RFC 4954 §4 and §6, RFC 5248).

use super::{Session, Tls};
use crate::door::State;
use crate::sasl::{Exchange, Mechanism, Progress, SaslError};
use crate::smtp::Reply;
use crate::smtp::command::{Verb, client_name, parse};

impl<P> Session<P> {
    pub(super) fn take_line(&mut self, line: &[u8]) {
        match std::mem::replace(&mut self.state, State::Command) {
            State::Exchange(exchange) => self.follow(exchange.respond(line)),
            _ => self.command(line),
        }
    }

    fn command(&mut self, line: &[u8]) {
        let (verb, arguments) = parse(line);
        if !self.is_protected {
            let is_exempt = matches!(
                verb,
                Verb::Ehlo | Verb::StartTls | Verb::Noop | Verb::Quit | Verb::Auth | Verb::Http
            );
            if !is_exempt {
                return self.mistake(&Reply::new(530, "5.7.0", "Must issue a STARTTLS command first"));
            }
        }
        match verb {
            Verb::Ehlo | Verb::Helo => self.greet(verb, arguments),
            Verb::StartTls => self.start_tls(arguments),
            Verb::Auth => self.authenticate(arguments),
            Verb::Noop => self.say(&Reply::new(250, "2.0.0", "Nothing done")),
            Verb::Rset => self.say(&Reply::new(250, "2.0.0", "Nothing to reset")),
            Verb::Help => self.say(&Reply::new(214, "2.0.0", "Sign in with AUTH, then send mail (RFC 6409)")),
            Verb::Quit => self.end(&Reply::new(221, "2.0.0", &format!("{} closing", self.config.host_name))),
            Verb::Mail | Verb::Rcpt | Verb::Data | Verb::Vrfy | Verb::Expn => {
                self.mistake(&Reply::new(530, "5.7.0", "Authentication required"));
            }
            // The octets of a chunk would be read as commands, so the connection cannot go on (RFC 3030 §2).
            Verb::Bdat => self.end(&Reply::new(530, "5.7.0", "Authentication required; closing")),
            Verb::Http => self.end(&Reply::new(521, "5.5.1", "This is a mail server, not a web server")),
            Verb::Unknown => self.mistake(&Reply::new(500, "5.5.1", "The command is not known")),
        }
    }

    fn greet(&mut self, verb: Verb, arguments: &[u8]) {
        let Some(name) = client_name(arguments) else {
            return self.mistake(&Reply::new(
                501,
                "5.5.4",
                "The name of the client must follow, as one word",
            ));
        };
        self.client_name = Some(name);
        let mut lines = vec![self.config.host_name.clone()];
        if verb == Verb::Ehlo {
            if self.is_protected {
                let names = Mechanism::ALL.map(Mechanism::name).join(" ");
                lines.push(format!("AUTH {names}"));
                if self.config.legacy_auth_line {
                    lines.push(format!("AUTH={names}"));
                }
            } else {
                lines.push("STARTTLS".to_owned());
            }
            lines.extend(self.config.capabilities.keywords());
        }
        self.say(&Reply::plain(250, lines));
    }

    fn start_tls(&mut self, arguments: &[u8]) {
        if self.is_protected {
            let text = match self.config.tls {
                Tls::Implicit => "The connection is protected by TLS from its beginning",
                Tls::StartTls => "The connection is protected by TLS already",
            };
            return self.mistake(&Reply::new(503, "5.5.1", text));
        }
        if !arguments.is_empty() {
            return self.mistake(&Reply::new(501, "5.5.4", "STARTTLS takes no arguments"));
        }
        self.say(&Reply::new(220, "2.0.0", "Ready to start TLS"));
        self.input.clear();
        self.state = State::Handshake;
    }

    fn authenticate(&mut self, arguments: &[u8]) {
        if !self.is_protected {
            let text = "Encryption is required; issue a STARTTLS command first";
            return self.mistake(&Reply::new(538, "5.7.11", text));
        }
        let space = arguments.iter().position(|&octet| octet == b' ');
        let (name, initial) = match space {
            None => (arguments, None),
            Some(space) => (&arguments[..space], Some(arguments[space..].trim_ascii_start())),
        };
        if name.is_empty() {
            return self.mistake(&Reply::new(501, "5.5.4", "The name of a mechanism must follow"));
        }
        match Mechanism::from_name(name) {
            Some(mechanism) => self.follow(Exchange::start(mechanism, initial)),
            None => self.mistake(&Reply::new(504, "5.5.4", "The mechanism is not known; use PLAIN or LOGIN")),
        }
    }

    fn follow(&mut self, progress: Result<Progress, SaslError>) {
        match progress {
            Ok(Progress::Challenge { prompt, next }) => {
                self.say(&Reply::plain(334, [prompt.to_owned()]));
                self.state = State::Exchange(next);
            }
            Ok(Progress::Complete(credentials)) => self.state = State::Credentials(credentials),
            Err(SaslError::Base64) => {
                self.mistake(&Reply::new(501, "5.5.2", "The response is not valid base64"));
            }
            Err(SaslError::Malformed) => {
                let text = "The response does not have the form that the mechanism prescribes";
                self.mistake(&Reply::new(501, "5.5.2", text));
            }
            Err(SaslError::Cancelled) => {
                self.mistake(&Reply::new(501, "5.7.0", "The exchange was cancelled"));
            }
        }
    }
}
