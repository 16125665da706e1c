//! Addresses: a strict parser for the address lists of header fields (RFC 5322 §3.4, RFC 6854, RFC 6532) that refuses
//! whatever two programs could read differently, and the address forms of the envelope.
//!
//! Stricter than the RFC: no obsolete routes, no empty list members, no white space or comments inside an address, no
//! encoded words in an address, and nothing in display names and comments that known readers take for an address
//! ([`display`]). Wider in display names only, where nothing else depends on them: dots and raw UTF-8.

mod display;
mod scanner;

use std::fmt;

pub(crate) use scanner::{Scanner, Word};

/// An `addr-spec` in canonical form: quotes only where they are needed. The domain may be missing in an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Builds the canonical form. An atom stays as it was written; a quoted string loses its quotes if it reads the
    /// same without them.
    fn new(local: &Word<'_>, domain: Option<&str>) -> Self {
        let mut text = String::new();
        match local {
            Word::Atom(atom) => text.push_str(atom),
            Word::Quoted(content) if is_plain(content) => text.push_str(content),
            Word::Quoted(content) => {
                text.push('"');
                for character in content.chars() {
                    if matches!(character, '"' | '\\') {
                        text.push('\\');
                    }
                    text.push(character);
                }
                text.push('"');
            }
        }
        if let Some(domain) = domain {
            text.push('@');
            text.push_str(domain);
        }
        Self(text)
    }

    /// `local@domain`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Why an address list cannot be read unambiguously.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not UTF-8, or has control characters in it.
    #[error("it has octets that are not allowed in a header field")]
    Octet,
    /// A comment or a quoted string does not end.
    #[error("a comment or a quoted string has no end")]
    Unterminated,
    /// Comments are nested more than 16 deep.
    #[error("comments are nested too deeply")]
    Depth,
    /// `<@relay:user@host>`.
    #[error("it has a source route")]
    Route,
    /// An encoded word stands where an address is expected, or cannot be decoded.
    #[error("an encoded word stands in an address or is malformed")]
    EncodedWord,
    /// `<` or `>` stands in a display name, or a control character in an encoded one.
    #[error("a display name has angle brackets or control characters in it")]
    DisplayName,
    /// `<`, `>` or `@` stands in a comment.
    #[error("a comment has an address or angle brackets in it")]
    Comment,
    /// It has no address in it.
    #[error("it has no address in it")]
    Empty,
    /// Anything else that is not an address list.
    #[error("it is not a list of addresses")]
    Syntax,
}

/// Reads the unfolded body of an address header field. All addresses are returned, those in groups included; there is
/// at least one.
pub fn parse_address_list(body: &[u8]) -> Result<Vec<Address>, AddressError> {
    let mut scanner = Scanner::new(body)?;
    let mut addresses = Vec::new();
    loop {
        entry(&mut scanner, &mut addresses, true)?;
        match scanner.next() {
            None => break,
            Some(b',') => {}
            Some(_) => return Err(AddressError::Syntax),
        }
    }
    if addresses.is_empty() { Err(AddressError::Empty) } else { Ok(addresses) }
}

/// Reads one mailbox or group and the comments around it.
fn entry(scanner: &mut Scanner<'_>, addresses: &mut Vec<Address>, groups: bool) -> Result<(), AddressError> {
    scanner.skip_comments()?;
    let name = scanner.rest();
    let mut words = 0;
    loop {
        match scanner.peek() {
            Some(b'<') => {
                scanner.check_display_name(name)?;
                addresses.push(scanner.angle_address()?);
                return scanner.skip_comments();
            }
            Some(b':') if groups && words > 0 => {
                scanner.check_display_name(name)?;
                scanner.next();
                group(scanner, addresses)?;
                return scanner.skip_comments();
            }
            Some(b',' | b';' | b':' | b'@') | None => return Err(AddressError::Syntax),
            Some(_) => {}
        }
        let word = scanner.word()?;
        if scanner.peek() == Some(b'@') {
            // A bare address stands alone: in `a b@c` or `a@b <c@d>` programs disagree about what is the address.
            if words > 0 {
                return Err(AddressError::Syntax);
            }
            addresses.push(scanner.address_from(&word)?);
            return scanner.skip_comments();
        }
        words += 1;
        scanner.skip_comments()?;
    }
}

/// Reads the members of a group up to its semicolon; it may have none.
fn group(scanner: &mut Scanner<'_>, addresses: &mut Vec<Address>) -> Result<(), AddressError> {
    scanner.skip_comments()?;
    if scanner.peek() == Some(b';') {
        scanner.next();
        return Ok(());
    }
    loop {
        entry(scanner, addresses, false)?;
        match scanner.next() {
            Some(b',') => {}
            Some(b';') => return Ok(()),
            _ => return Err(AddressError::Syntax),
        }
    }
}

/// `atext` of RFC 5322 with RFC 6532's addition.
fn is_atom_text(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character) || !character.is_ascii()
}

/// Whether a local part means the same without quotes.
fn is_plain(local: &str) -> bool {
    let is_dot_atom = local.split('.').all(|part| !part.is_empty() && part.chars().all(is_atom_text));
    is_dot_atom && !local.contains("=?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &str) -> Result<Vec<String>, AddressError> {
        let addresses = parse_address_list(list.as_bytes())?;
        Ok(addresses.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn addresses_come_out_in_canonical_form() {
        for (list, canonical) in [
            ("\"a\"@ok.test", "a@ok.test"),
            ("\"a b\"@ok.test", "\"a b\"@ok.test"),
            ("\"a.\"@ok.test", "\"a.\"@ok.test"),
            ("\"=?x\"@ok.test", "\"=?x\"@ok.test"),
            ("\"q\\\"q\"@ok.test", "\"q\\\"q\"@ok.test"),
            ("< a@[IPv6:2001:db8::1] >", "a@[IPv6:2001:db8::1]"),
            ("Jörg D. Ötker <a@ok.test> (x (y) \\) )", "a@ok.test"),
        ] {
            assert_eq!(read(list), Ok(vec![canonical.to_owned()]), "{list}");
        }
    }

    #[test]
    fn groups_and_lists_yield_all_their_addresses() {
        let list = "a@ok.test, us: b@ok.test, \"x, y\" <c@ok.test>; , empty:;, d@ok.test";
        let expected = ["a@ok.test", "b@ok.test", "c@ok.test", "d@ok.test"];
        assert_eq!(read(list), Ok(expected.map(str::to_owned).to_vec()));
    }
}
