//! The door's words (response codes: RFC 5804 §1.3).

use std::sync::Arc;

use super::Config;
use super::strings::strings;
use crate::door::limits::{MAX_LINE, MAX_SIEVE_LITERAL, MAX_TEXT};
use crate::door::{Answer, Cause, Dialect, Framing, Kind, LiteralLimits, ShutDown, quoted, sealed};
use crate::sasl::{Exchange, Mechanism, SaslError};

/// The words of ManageSieve.
#[derive(Debug)]
pub struct ManageSieve {
    config: Arc<Config>,
}

/// The last words of a session that is ended from our side; also after sign-in.
pub fn bye(reason: ShutDown) -> Vec<u8> {
    let word = match reason.kind() {
        Kind::Later | Kind::Limit => "BYE (TRYLATER)",
        Kind::Permanent | Kind::Harmless => "BYE",
    };
    say(word, reason.mailbox_text())
}

impl ManageSieve {
    pub(super) fn new(config: &Arc<Config>) -> Self {
        Self { config: Arc::clone(config) }
    }

    /// The capabilities, which end with an OK of this text.
    fn capabilities(&self, is_protected: bool, text: &str) -> Vec<u8> {
        let sign_in = if is_protected { "\"SASL\" \"PLAIN\"" } else { "\"SASL\" \"\"\r\n\"STARTTLS\"" };
        let head = format!(
            "\"IMPLEMENTATION\" \"Postern\"\r\n\"VERSION\" \"1.0\"\r\n\"SIEVE\" {}\r\n{sign_in}\r\n",
            quoted(&fitting(&self.config.extensions))
        );
        [head.into_bytes(), say("OK", text)].concat()
    }

    fn authenticate(arguments: &[u8]) -> Answer {
        let arguments = strings(arguments).unwrap_or_default();
        let (name, initial) = match arguments.as_slice() {
            [name] => (name, None),
            [name, initial] => (name, Some(initial.as_slice())),
            _ => {
                let text = "AUTHENTICATE takes a mechanism and an initial response, as strings";
                return Answer::Mistake(say("NO", text));
            }
        };
        match Mechanism::from_name(name) {
            Some(Mechanism::Plain) => Answer::Authenticate(Exchange::start(Mechanism::Plain, initial)),
            _ => Answer::Mistake(say("NO", "The mechanism is not known; use PLAIN")),
        }
    }
}

impl sealed::Sealed for ManageSieve {}

#[expect(
    private_interfaces,
    reason = "the trait is named in public bounds and implemented in this crate only"
)]
impl Dialect for ManageSieve {
    const LIMITS: LiteralLimits =
        LiteralLimits { line: MAX_LINE, literal: MAX_SIEVE_LITERAL, literals: 1, clients_wait: false };
    const RESPONSE_IS_LINE: bool = false;

    fn greeting(&self, is_protected: bool) -> Vec<u8> {
        self.capabilities(is_protected, "Postern ready")
    }

    /// RFC 5804 §2.2: the capabilities are said again, unasked.
    fn secured(&mut self) -> Vec<u8> {
        self.capabilities(true, "TLS established")
    }

    fn command(&mut self, command: &[u8], is_protected: bool) -> Answer {
        let end = command.iter().position(|&octet| octet == b' ').unwrap_or(command.len());
        let (name, arguments) = command.split_at(end);
        match name.to_ascii_uppercase().as_slice() {
            b"AUTHENTICATE" if !is_protected => {
                Answer::Mistake(say("NO (ENCRYPT-NEEDED)", "TLS is required; issue STARTTLS first"))
            }
            b"AUTHENTICATE" => Self::authenticate(arguments),
            b"CAPABILITY" if arguments.is_empty() => {
                Answer::Say(self.capabilities(is_protected, "These are before sign-in"))
            }
            b"STARTTLS" if is_protected => {
                Answer::Mistake(say("NO", "The connection is protected by TLS already"))
            }
            b"STARTTLS" if arguments.is_empty() => Answer::StartTls(say("OK", "Begin TLS")),
            b"LOGOUT" if arguments.is_empty() => Answer::End(say("OK", "Logged out")),
            b"NOOP" => match strings(arguments).as_deref() {
                Some([]) => Answer::Say(say("OK", "Nothing done")),
                Some([tag]) => {
                    let tag = quoted(&String::from_utf8_lossy(tag));
                    Answer::Say(say(&format!("OK (TAG {tag})"), "Nothing done"))
                }
                _ => Answer::Mistake(say("NO", "NOOP takes one string")),
            },
            b"CAPABILITY" | b"STARTTLS" | b"LOGOUT" => {
                Answer::Mistake(say("NO", "The command takes no arguments"))
            }
            b"GET" | b"POST" | b"HEAD" | b"CONNECT" => {
                Answer::End(say("BYE", "This is a mail server, not a web server"))
            }
            _ => Answer::Mistake(say("NO", "The command is not known before sign-in")),
        }
    }

    /// A client that writes `{n}` does not wait, so there is nothing to say.
    fn announced(&mut self, _so_far: &[u8], _is_protected: bool) -> Answer {
        Answer::Say(Vec::new())
    }

    fn literal_refused(&mut self, _so_far: &[u8]) -> Vec<u8> {
        self.broken(Framing::LiteralTooLarge)
    }

    fn broken(&self, fault: Framing) -> Vec<u8> {
        match fault {
            Framing::LineTooLong => say("BYE", "The line is too long"),
            Framing::LiteralTooLarge => say("BYE", "The literal is too large, or one too many"),
        }
    }

    fn response(&self, unit: &[u8]) -> Result<Vec<u8>, SaslError> {
        match strings(unit).as_deref() {
            Some([response]) => Ok(response.to_vec()),
            _ => Err(SaslError::Malformed),
        }
    }

    fn challenge(&self, prompt: &str) -> Vec<u8> {
        format!("\"{prompt}\"\r\n").into_bytes()
    }

    fn exchange_failed(&mut self, error: SaslError) -> Vec<u8> {
        let text = match error {
            SaslError::Base64 => "The response is not valid base64",
            SaslError::Malformed => "The response does not have the form that the mechanism prescribes",
            SaslError::Cancelled => "The exchange was cancelled",
        };
        say("NO", text)
    }

    fn accepted(&mut self, _capabilities: &[String]) -> Vec<u8> {
        say("OK", "Signed in")
    }

    fn rejected(&mut self, cause: Cause, text: &str) -> Vec<u8> {
        let word = match cause {
            Cause::Refused => "NO",
            Cause::Temporary | Cause::UpstreamRefused | Cause::Limit => "NO (TRYLATER)",
        };
        say(word, text)
    }

    fn enough(&self, text: &str) -> Vec<u8> {
        say("BYE", text)
    }

    fn bye(&self, reason: ShutDown) -> Vec<u8> {
        bye(reason)
    }
}

/// As many of the names, separated by spaces, as a text of ours has room for; half a name would be another one.
fn fitting(names: &str) -> String {
    let mut fitting = String::new();
    for name in names.split_ascii_whitespace() {
        if fitting.len() + 1 + name.len() > MAX_TEXT {
            break;
        }
        if !fitting.is_empty() {
            fitting.push(' ');
        }
        fitting.push_str(name);
    }
    fitting
}

fn say(word: &str, text: &str) -> Vec<u8> {
    format!("{word} {}\r\n", quoted(text)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_cut() {
        assert_eq!(fitting("fileinto  vacation "), "fileinto vacation");
        let names = ["vnd.example"; 100].join(" ");
        let fitting = fitting(&names);
        assert!(names.starts_with(&fitting) && fitting.ends_with("vnd.example"));
        assert_eq!(quoted(&fitting), format!("\"{fitting}\""));
    }
}
