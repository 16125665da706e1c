//! The door's words (response codes: RFC 2449 §8, RFC 3206).

use zeroize::Zeroizing;

use crate::door::limits::MAX_LINE;
use crate::door::{Answer, Cause, Dialect, Framing, Kind, LiteralLimits, ShutDown, clean, sealed};
use crate::sasl::{Exchange, Mechanism, Progress, SaslError, read_credentials};

const NEEDS_TLS: &str = "-ERR TLS is required; issue STLS first";

/// The words of POP3, and what has to be remembered between two of them.
#[derive(Default)]
pub struct Pop3 {
    /// What USER said. People type their secret there by mistake, so it is wiped.
    user_name: Option<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for Pop3 {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Pop3")
    }
}

/// The last words of a session that is ended from our side; also after sign-in.
pub fn bye(reason: ShutDown) -> Vec<u8> {
    let code = match reason.kind() {
        Kind::Later | Kind::Limit | Kind::Harmless => "[SYS/TEMP]",
        Kind::Permanent => "[SYS/PERM]",
    };
    line(&format!("-ERR {code} {}", reason.mailbox_text()))
}

impl Pop3 {
    fn pass(&mut self, secret: &[u8]) -> Answer {
        let Some(user_name) = self.user_name.take() else {
            return Answer::Mistake(line("-ERR USER comes before PASS"));
        };
        match read_credentials(&user_name, Zeroizing::new(secret.to_vec())) {
            Ok(credentials) => Answer::Authenticate(Ok(Progress::Complete(credentials))),
            Err(_) => Answer::Mistake(line("-ERR The user name or the password has octets that cannot be")),
        }
    }

    fn authenticate(&mut self, arguments: &[u8]) -> Answer {
        self.user_name = None;
        let arguments = arguments.trim_ascii();
        if arguments.is_empty() {
            let names = Mechanism::ALL.map(|mechanism| line(mechanism.name())).concat();
            return Answer::Say([line("+OK The mechanisms"), names, line(".")].concat());
        }
        let (name, initial) = split(arguments);
        match Mechanism::from_name(name) {
            Some(mechanism) => {
                let initial = initial.trim_ascii();
                Answer::Authenticate(Exchange::start(mechanism, Some(initial)))
            }
            None => Answer::Mistake(line("-ERR The mechanism is not known; use PLAIN or LOGIN")),
        }
    }
}

/// What the door offers. TOP and UIDL are the upstream's to keep; every server of this century has them.
fn capabilities(is_protected: bool) -> Vec<u8> {
    let names = Mechanism::ALL.map(Mechanism::name).join(" ");
    let sign_in = if is_protected { format!("USER\r\nSASL {names}") } else { "STLS".to_owned() };
    line(&format!(
        "+OK The capabilities\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n{sign_in}\r\n."
    ))
}

impl sealed::Sealed for Pop3 {}

#[expect(
    private_interfaces,
    reason = "the trait is named in public bounds and implemented in this crate only"
)]
impl Dialect for Pop3 {
    const LIMITS: LiteralLimits =
        LiteralLimits { line: MAX_LINE, literal: 0, literals: 0, clients_wait: false };
    const RESPONSE_IS_LINE: bool = true;

    fn greeting(&self, _is_protected: bool) -> Vec<u8> {
        line("+OK Postern ready")
    }

    fn secured(&mut self) -> Vec<u8> {
        self.user_name = None;
        Vec::new()
    }

    fn command(&mut self, command: &[u8], is_protected: bool) -> Answer {
        let (name, arguments) = split(command);
        let name = name.to_ascii_uppercase();
        match name.as_slice() {
            b"USER" | b"PASS" | b"AUTH" if !is_protected => Answer::Mistake(line(NEEDS_TLS)),
            b"USER" => {
                self.user_name = Some(Zeroizing::new(arguments.trim_ascii().to_vec()));
                Answer::Say(line("+OK Now the password"))
            }
            b"PASS" => self.pass(arguments),
            b"AUTH" => self.authenticate(arguments),
            b"CAPA" => Answer::Say(capabilities(is_protected)),
            b"NOOP" => Answer::Say(line("+OK Nothing done")),
            b"QUIT" => Answer::End(line("+OK Signing off")),
            b"STLS" if is_protected => {
                Answer::Mistake(line("-ERR The connection is protected by TLS already"))
            }
            b"STLS" if arguments.is_empty() => Answer::StartTls(line("+OK Begin TLS")),
            b"STLS" => Answer::Mistake(line("-ERR STLS takes no arguments")),
            b"APOP" => Answer::Mistake(line("-ERR APOP is not offered; use USER and PASS, or AUTH")),
            b"GET" | b"POST" | b"HEAD" | b"CONNECT" => {
                Answer::End(line("-ERR This is a mail server, not a web server"))
            }
            _ => Answer::Mistake(line("-ERR The command is not known before sign-in")),
        }
    }

    fn announced(&mut self, _so_far: &[u8], _is_protected: bool) -> Answer {
        Answer::Mistake(line("-ERR There are no literals"))
    }

    fn literal_refused(&mut self, _so_far: &[u8]) -> Vec<u8> {
        line("-ERR There are no literals")
    }

    fn broken(&self, _fault: Framing) -> Vec<u8> {
        line("-ERR The line is too long")
    }

    fn response(&self, unit: &[u8]) -> Result<Vec<u8>, SaslError> {
        Ok(unit.to_vec())
    }

    fn challenge(&self, prompt: &str) -> Vec<u8> {
        line(&format!("+ {prompt}"))
    }

    fn exchange_failed(&mut self, error: SaslError) -> Vec<u8> {
        line(match error {
            SaslError::Base64 => "-ERR The response is not valid base64",
            SaslError::Malformed => "-ERR The response does not have the form that the mechanism prescribes",
            SaslError::Cancelled => "-ERR The exchange was cancelled",
        })
    }

    fn accepted(&mut self, _capabilities: &[String]) -> Vec<u8> {
        line("+OK Signed in")
    }

    fn rejected(&mut self, cause: Cause, text: &str) -> Vec<u8> {
        let code = match cause {
            Cause::Refused => "[AUTH]",
            // Everything else passes by itself, or when the owner has done something elsewhere; the password stays.
            Cause::Temporary | Cause::UpstreamRefused | Cause::Limit => "[SYS/TEMP]",
        };
        line(&format!("-ERR {code} {}", clean(text)))
    }

    fn enough(&self, text: &str) -> Vec<u8> {
        line(&format!("-ERR {text}"))
    }

    fn bye(&self, reason: ShutDown) -> Vec<u8> {
        bye(reason)
    }
}

/// A word, and the rest of the line behind one space.
fn split(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|&octet| octet == b' ') {
        Some(space) => (&text[..space], &text[space + 1..]),
        None => (text, b""),
    }
}

fn line(text: &str) -> Vec<u8> {
    format!("{text}\r\n").into_bytes()
}
