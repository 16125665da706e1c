//! The door's words (response codes: RFC 5530).

use super::arguments::Arguments;
use super::capability::{after_sign_in, before_sign_in};
use super::command::{Name, split};
use super::identification::client_name;
use crate::door::limits::{MAX_LINE, MAX_LITERAL, MAX_LITERALS};
use crate::door::{Answer, Cause, Dialect, Framing, Kind, LiteralLimits, ShutDown, clean, sealed};
use crate::sasl::{Exchange, Mechanism, SaslError, read_credentials};

const NEEDS_TLS: &str = "NO [PRIVACYREQUIRED] TLS is required; issue STARTTLS first";

/// The words of IMAP, and what has to be remembered between two of them.
#[derive(Debug, Default)]
pub struct Imap {
    /// The tag of the sign-in in progress.
    tag: String,
    /// A client that has sent CAPABILITY is known to ignore the response code, and told untagged (as Dovecot does).
    has_asked: bool,
    client_name: Option<String>,
}

/// The last words of a session that is ended from our side; also after sign-in.
pub fn bye(reason: ShutDown) -> Vec<u8> {
    let code = match reason.kind() {
        Kind::Later => "[UNAVAILABLE] ",
        Kind::Limit => "[LIMIT] ",
        Kind::Permanent | Kind::Harmless => "",
    };
    line(&format!("* BYE {code}{}", reason.mailbox_text()))
}

impl Imap {
    pub(super) fn client_name(&self) -> Option<&str> {
        self.client_name.as_deref()
    }

    fn login(&mut self, tag: &str, arguments: &[u8]) -> Answer {
        let mut arguments = Arguments::new(arguments);
        let read = (arguments.space().then(|| arguments.string()).flatten())
            .and_then(|user_name| Some((user_name, arguments.space().then(|| arguments.string()).flatten()?)))
            .filter(|_| arguments.is_empty());
        let Some((user_name, secret)) = read else {
            return Answer::Mistake(tagged(tag, "BAD LOGIN takes a user name and a password"));
        };
        match read_credentials(&user_name, secret) {
            Ok(credentials) => {
                tag.clone_into(&mut self.tag);
                Answer::Authenticate(Ok(crate::sasl::Progress::Complete(credentials)))
            }
            Err(_) => {
                Answer::Mistake(tagged(tag, "BAD The user name or the password has octets that cannot be"))
            }
        }
    }

    fn authenticate(&mut self, tag: &str, arguments: &[u8]) -> Answer {
        let mut arguments = Arguments::new(arguments);
        arguments.space();
        let name = arguments.word();
        arguments.space();
        let initial = Some(arguments.word()).filter(|initial| !initial.is_empty());
        if name.is_empty() || !arguments.is_empty() {
            return Answer::Mistake(tagged(
                tag,
                "BAD AUTHENTICATE takes a mechanism and an initial response",
            ));
        }
        let Some(mechanism) = Mechanism::from_name(name) else {
            return Answer::Mistake(tagged(
                tag,
                "NO [CANNOT] The mechanism is not known; use PLAIN or LOGIN",
            ));
        };
        tag.clone_into(&mut self.tag);
        Answer::Authenticate(Exchange::start(mechanism, initial))
    }

    fn id(&mut self, tag: &str, arguments: &[u8]) -> Answer {
        let mut arguments = Arguments::new(arguments);
        arguments.space();
        let Some(name) = client_name(arguments) else {
            return Answer::Mistake(tagged(tag, "BAD ID takes NIL or a list of at most 30 pairs"));
        };
        self.client_name = name.or(self.client_name.take());
        Answer::Say([line("* ID (\"name\" \"Postern\")"), tagged(tag, "OK Pleased to meet you")].concat())
    }
}

impl sealed::Sealed for Imap {}

#[expect(
    private_interfaces,
    reason = "the trait is named in public bounds and implemented in this crate only"
)]
impl Dialect for Imap {
    const LIMITS: LiteralLimits =
        LiteralLimits { line: MAX_LINE, literal: MAX_LITERAL, literals: MAX_LITERALS, clients_wait: true };
    const RESPONSE_IS_LINE: bool = true;

    fn greeting(&self, is_protected: bool) -> Vec<u8> {
        line(&format!("* OK [CAPABILITY {}] Postern ready", before_sign_in(is_protected)))
    }

    fn secured(&mut self) -> Vec<u8> {
        *self = Self::default();
        Vec::new()
    }

    fn command(&mut self, command: &[u8], is_protected: bool) -> Answer {
        let Some((tag, name, arguments)) = split(command) else {
            return Answer::Mistake(line("* BAD A command begins with a tag"));
        };
        let takes_none = matches!(name, Name::Capability | Name::Noop | Name::Logout | Name::StartTls);
        if takes_none && !Arguments::new(arguments).is_empty() {
            return Answer::Mistake(tagged(tag, "BAD The command takes no arguments"));
        }
        match name {
            Name::Login | Name::Authenticate if !is_protected => Answer::Mistake(tagged(tag, NEEDS_TLS)),
            Name::Capability => {
                self.has_asked = true;
                let capabilities = line(&format!("* CAPABILITY {}", before_sign_in(is_protected)));
                Answer::Say([capabilities, tagged(tag, "OK These are before sign-in")].concat())
            }
            Name::Noop => Answer::Say(tagged(tag, "OK Nothing done")),
            Name::Logout => Answer::End([line("* BYE Logging out"), tagged(tag, "OK Logged out")].concat()),
            Name::Id => self.id(tag, arguments),
            Name::StartTls if is_protected => {
                Answer::Mistake(tagged(tag, "BAD The connection is protected by TLS already"))
            }
            Name::StartTls => Answer::StartTls(tagged(tag, "OK Begin TLS")),
            Name::Login => self.login(tag, arguments),
            Name::Authenticate => self.authenticate(tag, arguments),
            Name::Http => Answer::End(line("* BYE This is a mail server, not a web server")),
            Name::Missing => Answer::Mistake(tagged(tag, "BAD A command must follow the tag")),
            Name::Other => Answer::Mistake(tagged(tag, "BAD The command is not known before sign-in")),
        }
    }

    fn announced(&mut self, so_far: &[u8], is_protected: bool) -> Answer {
        match split(so_far) {
            // A program that waits is told before it has sent its secret in the clear.
            Some((tag, Name::Login, _)) if !is_protected => Answer::Mistake(tagged(tag, NEEDS_TLS)),
            Some((_, Name::Login | Name::Id, _)) => Answer::Say(line("+ Go ahead")),
            Some((tag, ..)) => {
                Answer::Mistake(tagged(tag, "BAD The command takes no literal before sign-in"))
            }
            None => Answer::Mistake(line("* BAD A command begins with a tag")),
        }
    }

    fn literal_refused(&mut self, so_far: &[u8]) -> Vec<u8> {
        match split(so_far) {
            Some((tag, ..)) => tagged(tag, "BAD [TOOBIG] The literal is too large, or one too many"),
            None => line("* BAD The literal is too large, or one too many"),
        }
    }

    fn broken(&self, fault: Framing) -> Vec<u8> {
        line(match fault {
            Framing::LineTooLong => "* BYE The line is too long",
            Framing::LiteralTooLarge => "* BYE The literal is too large, or one too many",
        })
    }

    fn response(&self, unit: &[u8]) -> Result<Vec<u8>, SaslError> {
        Ok(unit.to_vec())
    }

    fn challenge(&self, prompt: &str) -> Vec<u8> {
        line(&format!("+ {prompt}"))
    }

    fn exchange_failed(&mut self, error: SaslError) -> Vec<u8> {
        tagged(
            &self.tag,
            match error {
                SaslError::Base64 => "BAD The response is not valid base64",
                SaslError::Malformed => {
                    "BAD The response does not have the form that the mechanism prescribes"
                }
                SaslError::Cancelled => "BAD The exchange was cancelled",
            },
        )
    }

    fn accepted(&mut self, capabilities: &[String]) -> Vec<u8> {
        let offered = after_sign_in(capabilities).join(" ");
        if offered.is_empty() {
            tagged(&self.tag, "OK Signed in")
        } else if self.has_asked {
            [line(&format!("* CAPABILITY {offered}")), tagged(&self.tag, "OK Signed in")].concat()
        } else {
            tagged(&self.tag, &format!("OK [CAPABILITY {offered}] Signed in"))
        }
    }

    fn rejected(&mut self, cause: Cause, text: &str) -> Vec<u8> {
        let text = clean(text);
        match cause {
            Cause::Refused => tagged(&self.tag, &format!("NO [AUTHENTICATIONFAILED] {text}")),
            Cause::Temporary => tagged(&self.tag, &format!("NO [UNAVAILABLE] {text}")),
            Cause::Limit => tagged(&self.tag, &format!("NO [LIMIT] {text}")),
            // A reply has room for one code. The alert is what mail programs show; the other keeps the password.
            Cause::UpstreamRefused => {
                let alert = line(&format!("* NO [ALERT] {text}"));
                [alert, tagged(&self.tag, &format!("NO [UNAVAILABLE] {text}"))].concat()
            }
        }
    }

    fn enough(&self, text: &str) -> Vec<u8> {
        line(&format!("* BYE {text}"))
    }

    fn bye(&self, reason: ShutDown) -> Vec<u8> {
        bye(reason)
    }
}

fn line(text: &str) -> Vec<u8> {
    format!("{text}\r\n").into_bytes()
}

fn tagged(tag: &str, text: &str) -> Vec<u8> {
    line(&format!("{tag} {text}"))
}
