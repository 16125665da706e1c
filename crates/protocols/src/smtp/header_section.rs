//! The header section of a message, read for one purpose: who it claims to be from.
//!
//! The check is worth something only if every program behind us finds the same sender as we do. So whatever programs
//! are known to read differently is refused: lines that are not header fields, lines of white space only, white space
//! before the colon of a field that matters, a second `From`, and everything that [`parse_address_list`] refuses, which
//! includes angle brackets in display names and comments: some readers take the first `<…>` for the address.
//!
//! Checked are `From` (exactly one), `Sender` (at most one: mail programs show "Sender on behalf of From"), and every
//! `Resent-From` and `Resent-Sender` (shown by some programs as the sender). `Reply-To` says where answers go, not
//! who writes, and is not checked.

use super::address::{Address, AddressError, parse_address_list};

/// Why a header section is refused while a sender restriction is in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A line is neither a header field nor the continuation of one.
    #[error("line {line} of the header is not a header field")]
    NotAField {
        /// Counted from 1.
        line: usize,
    },
    /// There is no `From` field.
    #[error("the header has no From field")]
    NoFrom,
    /// A field that may stand once stands twice.
    #[error("the header field {field} stands more than once")]
    Twice {
        /// Its name.
        field: &'static str,
    },
    /// A field that matters cannot be read unambiguously.
    #[error("the header field {field} cannot be read unambiguously: {error}")]
    Unreadable {
        /// Its name.
        field: &'static str,
        /// In what way.
        error: AddressError,
    },
    /// A field that matters has white space before its colon.
    #[error("the header field {field} has white space before its colon")]
    SpaceBeforeColon {
        /// Its name.
        field: &'static str,
    },
}

/// The fields that say who a message is from, and whether each may stand only once.
const SENDER_FIELDS: [(&str, bool); 4] =
    [("From", true), ("Sender", true), ("Resent-From", false), ("Resent-Sender", false)];

/// An address that a message claims to be from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The header field's name.
    pub(crate) field: &'static str,
    pub(crate) address: Address,
}

/// Where the content behind the header section begins in dot-stuffed content: behind the first empty line, if it has
/// come. `from` is where to begin to look, at least 3 octets before what is new.
pub(crate) fn end_of_section(content: &[u8], from: usize) -> Option<usize> {
    if content.starts_with(b"\r\n") {
        return Some(2);
    }
    content[from..].windows(4).position(|window| window == b"\r\n\r\n").map(|at| from + at + 4)
}

/// Reads all claims. `section` is dot-stuffed, with or without the empty line at its end.
///
/// Dots are unstuffed here because the upstream will do so: a line `.From: …` on the wire is a `From` field there.
pub(crate) fn claims(section: &[u8]) -> Result<Vec<Claim>, HeaderError> {
    let mut claims = Vec::new();
    let mut seen = [false; SENDER_FIELDS.len()];
    for (line, field) in fields(section)? {
        let Some(colon) = field.iter().position(|&octet| octet == b':') else {
            return Err(HeaderError::NotAField { line });
        };
        let name = field[..colon].trim_ascii_end();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return Err(HeaderError::NotAField { line });
        }
        let known = SENDER_FIELDS.iter().position(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
        let Some(index) = known else { continue };
        let (field_name, once) = SENDER_FIELDS[index];
        if name.len() != colon {
            return Err(HeaderError::SpaceBeforeColon { field: field_name });
        }
        if std::mem::replace(&mut seen[index], true) && once {
            return Err(HeaderError::Twice { field: field_name });
        }
        let addresses = parse_address_list(&field[colon + 1..])
            .map_err(|error| HeaderError::Unreadable { field: field_name, error })?;
        claims.extend(addresses.into_iter().map(|address| Claim { field: field_name, address }));
    }
    if seen[0] { Ok(claims) } else { Err(HeaderError::NoFrom) }
}

/// Unstuffs and unfolds: each field with the number of its first line.
fn fields(section: &[u8]) -> Result<Vec<(usize, Vec<u8>)>, HeaderError> {
    let mut fields: Vec<(usize, Vec<u8>)> = Vec::new();
    let lines = section.strip_suffix(b"\r\n").unwrap_or(section);
    for (index, line) in split_lines(lines).enumerate() {
        let line = line.strip_prefix(b".").unwrap_or(line);
        match line.first() {
            // The empty line: the end.
            None => break,
            Some(b' ' | b'\t') => {
                // Some programs take a line of white space for the end of the header, others for a continuation.
                let is_blank = line.iter().all(|octet| matches!(octet, b' ' | b'\t'));
                match fields.last_mut() {
                    Some((_, field)) if !is_blank => field.extend_from_slice(line),
                    _ => return Err(HeaderError::NotAField { line: index + 1 }),
                }
            }
            Some(_) => fields.push((index + 1, line.to_vec())),
        }
    }
    Ok(fields)
}

/// Lines ended by CRLF; the content has been scanned, so no CR or LF stands alone.
fn split_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&octet| octet == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}
