//! Addresses: a strict parser for the address lists of header fields (RFC 5322 §3.4, RFC 6854, RFC 6532) that refuses
//! whatever two programs could read differently, and the address forms of the envelope.
//!
//! Stricter than the RFC: no obsolete routes, no empty list members, no white space or comments inside an address, no
//! encoded words in an address. Wider in display names only, where nothing depends on them: dots and raw UTF-8.

mod scanner;

use std::fmt;

pub(crate) use scanner::Scanner;

/// An `addr-spec` in canonical form: quotes only where they are needed. The domain may be missing in an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Builds the canonical form from an unquoted local part.
    fn new(local: &str, domain: Option<&str>) -> Self {
        let mut text = String::new();
        if !local.is_empty() && local.chars().all(|c| is_atom_text(c) || c == '.') {
            text.push_str(local);
        } else {
            text.push('"');
            for character in local.chars() {
                if matches!(character, '"' | '\\') {
                    text.push('\\');
                }
                text.push(character);
            }
            text.push('"');
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
    /// An encoded word stands where an address is expected.
    #[error("an encoded word stands in an address")]
    EncodedWord,
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
    let mut words = 0;
    loop {
        match scanner.peek() {
            Some(b'<') => {
                addresses.push(scanner.angle_address()?);
                return scanner.skip_comments();
            }
            Some(b':') if groups && words > 0 => {
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
