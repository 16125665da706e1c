//! A command's tag and name (RFC 9051 §2.2.1).

use crate::door::limits::MAX_TAG;

/// A command that is taken before sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Capability,
    Noop,
    Logout,
    Id,
    StartTls,
    Login,
    Authenticate,
    /// A web browser's or a scanner's.
    Http,
    /// Nothing stands behind the tag.
    Missing,
    /// Every other word.
    Other,
}

/// Splits a command into its tag, its name and its arguments, which begin with their space.
///
/// `None`: there is no valid tag, so the answer cannot have one either.
pub(super) fn split(command: &[u8]) -> Option<(&str, Name, &[u8])> {
    let (tag, rest) = word(command);
    let tag = std::str::from_utf8(tag).ok().filter(|tag| is_tag(tag))?;
    let (name, arguments) = word(rest.trim_ascii_start());
    let is_http = arguments.ends_with(b" HTTP/1.1") || name.starts_with(b"HTTP/");
    let name = match name.to_ascii_uppercase().as_slice() {
        b"" => Name::Missing,
        b"CAPABILITY" => Name::Capability,
        b"NOOP" => Name::Noop,
        b"LOGOUT" => Name::Logout,
        b"ID" => Name::Id,
        b"STARTTLS" => Name::StartTls,
        b"LOGIN" => Name::Login,
        b"AUTHENTICATE" => Name::Authenticate,
        _ if is_http => Name::Http,
        _ => match tag {
            "GET" | "POST" | "HEAD" | "CONNECT" | "OPTIONS" => Name::Http,
            _ => Name::Other,
        },
    };
    Some((tag, name, arguments))
}

fn word(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|&octet| octet == b' ').unwrap_or(text.len()))
}

/// A tag is made of the characters of an atom and `]`, without `+`.
fn is_tag(tag: &str) -> bool {
    (1..=MAX_TAG).contains(&tag.len())
        && tag.bytes().all(|octet| octet.is_ascii_graphic() && !b"(){%*\"\\+".contains(&octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_validated() {
        for (command, expected) in [
            ("a1 noop", Some(("a1", Name::Noop))),
            ("] LOGIN a b", Some(("]", Name::Login))),
            ("a", Some(("a", Name::Missing))),
            ("a  ", Some(("a", Name::Missing))),
            ("GET / HTTP/1.1", Some(("GET", Name::Http))),
            ("a SELECT x", Some(("a", Name::Other))),
            ("", None),
            (" NOOP", None),
            ("+ NOOP", None),
            ("* NOOP", None),
            ("a\u{1} NOOP", None),
            ("ä NOOP", None),
            ("(a NOOP", None),
        ] {
            let read = split(command.as_bytes()).map(|(tag, name, _)| (tag, name));
            assert_eq!(read, expected, "{command:?}");
        }
        assert!(split(&[b'x'; 129]).is_none());
    }
}
