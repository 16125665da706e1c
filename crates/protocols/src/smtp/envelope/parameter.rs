//! The parameters of MAIL and RCPT.

use std::fmt;

use super::Kind;
use crate::smtp::{Capabilities, Reply, Size};

/// A parameter that we understand. Values are ASCII without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// RFC 1870, in octets.
    Size(u64),
    /// RFC 6152: `7BIT` or `8BITMIME`.
    Body(String),
    /// RFC 6531.
    SmtpUtf8,
    /// RFC 4954 §5. Taken because AUTH is offered, and never passed on: it would be a claim of ours.
    Auth,
    /// RFC 3461: RET, ENVID, NOTIFY and ORCPT.
    Dsn { name: &'static str, value: String },
}

impl Parameter {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Size(_) => "SIZE",
            Self::Body(_) => "BODY",
            Self::SmtpUtf8 => "SMTPUTF8",
            Self::Auth => "AUTH",
            Self::Dsn { name, .. } => name,
        }
    }

    /// Whether a client may use it. SIZE is always understood, and BODY=7BIT says nothing.
    pub(super) fn is_offered(&self, offered: Capabilities) -> bool {
        match self {
            Self::Size(_) | Self::Auth => true,
            Self::Body(value) => offered.eight_bit_mime || value == "7BIT",
            Self::SmtpUtf8 => offered.smtp_utf8,
            Self::Dsn { .. } => offered.dsn,
        }
    }

    /// Whether it is sent to this upstream.
    pub(super) fn goes_to(&self, upstream: Capabilities) -> bool {
        match self {
            Self::Size(_) => upstream.size != Size::NotOffered,
            Self::Body(_) => upstream.eight_bit_mime,
            Self::Auth => false,
            Self::SmtpUtf8 | Self::Dsn { .. } => true,
        }
    }

    fn parse(kind: Kind, word: &str) -> Result<Self, Reply> {
        let (keyword, value) = word.split_once('=').map_or((word, None), |(k, value)| (k, Some(value)));
        let keyword = keyword.to_ascii_uppercase();
        let bad_value = || Reply::new(501, "5.5.4", &format!("The value of {keyword} is not valid"));
        let value =
            value.filter(|value| !value.is_empty() && value.bytes().all(|octet| octet.is_ascii_graphic()));
        let parameter = match (kind, keyword.as_str()) {
            (Kind::Mail, "SMTPUTF8") if !word.contains('=') => return Ok(Self::SmtpUtf8),
            (Kind::Mail, "SIZE") => value
                .filter(|digits| digits.bytes().all(|octet| octet.is_ascii_digit()))
                .and_then(|digits| digits.parse().ok())
                .map(Self::Size),
            (Kind::Mail, "BODY") => value
                .map(str::to_ascii_uppercase)
                .filter(|body| matches!(body.as_str(), "7BIT" | "8BITMIME"))
                .map(Self::Body),
            (Kind::Mail, "AUTH") => value.map(|_| Self::Auth),
            (Kind::Mail, "RET") => {
                value.filter(|v| ["FULL", "HDRS"].iter().any(|w| v.eq_ignore_ascii_case(w))).map(dsn("RET"))
            }
            (Kind::Mail, "ENVID") => value.filter(|id| id.len() <= 100).map(dsn("ENVID")),
            (Kind::Recipient, "NOTIFY") => value.filter(|value| is_notify(value)).map(dsn("NOTIFY")),
            (Kind::Recipient, "ORCPT") => value
                .filter(|value| {
                    value.len() <= 500
                        && value.split_once(';').is_some_and(|(t, a)| !t.is_empty() && !a.is_empty())
                })
                .map(dsn("ORCPT")),
            _ => {
                let text = format!("The parameter {} is not offered", shortened(&keyword));
                return Err(Reply::new(555, "5.5.4", &text));
            }
        };
        parameter.ok_or_else(bad_value)
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(octets) => write!(formatter, "SIZE={octets}"),
            Self::Body(value) => write!(formatter, "BODY={value}"),
            Self::SmtpUtf8 => formatter.write_str("SMTPUTF8"),
            Self::Auth => formatter.write_str("AUTH=<>"),
            Self::Dsn { name, value } => write!(formatter, "{name}={value}"),
        }
    }
}

/// Reads all parameters; each may stand once.
pub(super) fn parse_all(kind: Kind, text: &str) -> Result<Vec<Parameter>, Reply> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for word in text.split([' ', '\t']).filter(|word| !word.is_empty()) {
        let parameter = Parameter::parse(kind, word)?;
        if parameters.iter().any(|earlier| earlier.name() == parameter.name()) {
            let text = format!("The parameter {} stands twice", parameter.name());
            return Err(Reply::new(501, "5.5.4", &text));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

fn dsn(name: &'static str) -> impl Fn(&str) -> Parameter {
    move |value| Parameter::Dsn { name, value: value.to_owned() }
}

fn is_notify(value: &str) -> bool {
    let is_event =
        |word: &str| ["SUCCESS", "FAILURE", "DELAY"].iter().any(|event| word.eq_ignore_ascii_case(event));
    value.eq_ignore_ascii_case("NEVER") || value.split(',').all(is_event)
}

/// A client's own word in a reply: printable and short.
fn shortened(word: &str) -> String {
    word.chars().filter(char::is_ascii_graphic).take(40).collect()
}
