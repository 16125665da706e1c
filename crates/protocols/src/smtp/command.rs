//! Command lines: the verb, its arguments, and how long a line may be.

use super::limits::{MAX_AUTH_LINE, MAX_COMMAND_LINE};

/// The verbs that mean something to one of the cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Auth,
    Bdat,
    Data,
    Ehlo,
    Expn,
    Helo,
    Help,
    Mail,
    Noop,
    Quit,
    Rcpt,
    Rset,
    StartTls,
    Vrfy,
    /// The request line of an HTTP client, or of a browser that was talked into attacking us.
    Http,
    Unknown,
}

const VERBS: [(&[u8], Verb); 22] = [
    (b"AUTH", Verb::Auth),
    (b"BDAT", Verb::Bdat),
    (b"DATA", Verb::Data),
    (b"EHLO", Verb::Ehlo),
    (b"EXPN", Verb::Expn),
    (b"HELO", Verb::Helo),
    (b"HELP", Verb::Help),
    (b"MAIL", Verb::Mail),
    (b"NOOP", Verb::Noop),
    (b"QUIT", Verb::Quit),
    (b"RCPT", Verb::Rcpt),
    (b"RSET", Verb::Rset),
    (b"STARTTLS", Verb::StartTls),
    (b"VRFY", Verb::Vrfy),
    (b"GET", Verb::Http),
    (b"HEAD", Verb::Http),
    (b"POST", Verb::Http),
    (b"PUT", Verb::Http),
    (b"PATCH", Verb::Http),
    (b"DELETE", Verb::Http),
    (b"OPTIONS", Verb::Http),
    (b"CONNECT", Verb::Http),
];

/// Splits a line at its first space. Spaces around the arguments do not belong to them.
pub(crate) fn parse(line: &[u8]) -> (Verb, &[u8]) {
    let end = line.iter().position(|&octet| octet == b' ').unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let verb =
        VERBS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map_or(Verb::Unknown, |(_, v)| *v);
    (verb, rest.trim_ascii())
}

/// The longest line that may begin like this, without its CRLF.
pub(crate) fn line_limit(beginning: &[u8]) -> usize {
    let is_auth = beginning.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"AUTH "));
    if is_auth { MAX_AUTH_LINE } else { MAX_COMMAND_LINE }
}

/// The name in EHLO or HELO. Real programs send host names, address literals and nonsense; only what could not be
/// logged or passed on in one word is refused.
pub(crate) fn client_name(arguments: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(arguments).ok()?;
    let sound =
        (1..=255).contains(&name.len()) && name.chars().all(|c| !c.is_control() && !c.is_whitespace());
    sound.then(|| name.to_owned())
}
