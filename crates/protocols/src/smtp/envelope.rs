//! The arguments of MAIL and RCPT: paths (RFC 5321 §4.1.2) and the parameters of the extensions that we relay.
//!
//! The command that goes upstream is written anew from what was understood, so an upstream never parses something
//! that we have read differently.

mod parameter;

pub(crate) use parameter::Parameter;

use super::address::{Address, AddressError, Scanner};
use super::{Capabilities, Reply};

/// A reverse-path or forward-path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Path {
    /// `<>`, for MAIL only.
    Null,
    Mailbox(Address),
}

impl std::fmt::Display for Path {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => formatter.write_str("<>"),
            Self::Mailbox(address) => write!(formatter, "<{address}>"),
        }
    }
}

/// MAIL or RCPT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Mail,
    Recipient,
}

/// A MAIL or RCPT command that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    kind: Kind,
    pub(crate) path: Path,
    parameters: Vec<Parameter>,
}

impl Envelope {
    /// Reads the arguments of the command; the error is the reply to it.
    pub(crate) fn parse(kind: Kind, arguments: &[u8]) -> Result<Self, Reply> {
        let (keyword, enhanced) = match kind {
            Kind::Mail => ("FROM:", "5.1.7"),
            Kind::Recipient => ("TO:", "5.1.3"),
        };
        let bad_path = |error: AddressError| {
            let text = match error {
                AddressError::Route => "Source routes are not taken".to_owned(),
                _ => format!("The form is {keyword}<address>"),
            };
            Reply::new(501, enhanced, &text)
        };
        let head = arguments.get(..keyword.len()).unwrap_or_default();
        if !head.eq_ignore_ascii_case(keyword.as_bytes()) {
            return Err(Reply::new(501, "5.5.4", &format!("The form is {keyword}<address>")));
        }
        let mut scanner = Scanner::new(&arguments[keyword.len()..]).map_err(bad_path)?;
        let path = read_path(&mut scanner).map_err(bad_path)?;
        if path == Path::Null && kind == Kind::Recipient {
            return Err(bad_path(AddressError::Empty));
        }
        let rest = scanner.rest();
        if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
            return Err(bad_path(AddressError::Syntax));
        }
        let parameters = parameter::parse_all(kind, rest)?;
        Ok(Self { kind, path, parameters })
    }

    /// Checks it against what is offered; the error is the reply to it. `smtp_utf8` says whether the transaction has
    /// the parameter of that name.
    pub(crate) fn check(&self, offered: Capabilities, smtp_utf8: bool) -> Result<(), Reply> {
        for parameter in &self.parameters {
            if !parameter.is_offered(offered) {
                let text = format!("The parameter {} is not offered", parameter.name());
                return Err(Reply::new(555, "5.5.4", &text));
            }
            if let (Parameter::Size(octets), Some(limit)) = (parameter, offered.size.limit())
                && *octets > limit
            {
                return Err(Reply::new(552, "5.3.4", &format!("A message may have {limit} octets at most")));
            }
        }
        if !smtp_utf8 && !self.path.to_string().is_ascii() {
            return Err(Reply::new(
                553,
                "5.6.7",
                "An address with other than ASCII characters needs SMTPUTF8",
            ));
        }
        Ok(())
    }

    /// Whether the parameter SMTPUTF8 is there.
    pub(crate) fn smtp_utf8(&self) -> bool {
        self.parameters.contains(&Parameter::SmtpUtf8)
    }

    /// The command for an upstream with these capabilities.
    pub(crate) fn command(&self, upstream: Capabilities) -> Vec<u8> {
        let mut command = match self.kind {
            Kind::Mail => format!("MAIL FROM:{}", self.path),
            Kind::Recipient => format!("RCPT TO:{}", self.path),
        };
        for parameter in &self.parameters {
            if parameter.goes_to(upstream) {
                command.push(' ');
                command.push_str(&parameter.to_string());
            }
        }
        command.push_str("\r\n");
        command.into_bytes()
    }
}

/// Reads a path. White space before it and missing brackets are forgiven: devices write both, and what goes upstream
/// has neither.
fn read_path(scanner: &mut Scanner<'_>) -> Result<Path, AddressError> {
    scanner.skip_spaces();
    let has_brackets = scanner.peek() == Some(b'<');
    if has_brackets {
        scanner.next();
        match scanner.peek() {
            Some(b'>') => {
                scanner.next();
                return Ok(Path::Null);
            }
            Some(b'@') => return Err(AddressError::Route),
            _ => {}
        }
    }
    let address = scanner.envelope_address()?;
    if has_brackets && scanner.next() != Some(b'>') {
        return Err(AddressError::Syntax);
    }
    Ok(Path::Mailbox(address))
}
