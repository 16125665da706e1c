//! The arguments of a command (RFC 9051 §4), read leniently where the framing does not depend on it.

use zeroize::Zeroizing;

use crate::door::literal;

/// What is left of a command. Literals stand as `{n}` CRLF and `n` octets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arguments<'a>(&'a [u8]);

impl<'a> Arguments<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// Takes spaces, at least one; also true at the end.
    pub(super) fn space(&mut self) -> bool {
        let rest = self.0.trim_ascii_start();
        let is_separated = rest.len() < self.0.len() || self.0.is_empty();
        self.0 = rest;
        is_separated
    }

    /// Takes one octet, if it is this one.
    pub(super) fn octet(&mut self, expected: u8) -> bool {
        let Some((&first, rest)) = self.0.split_first() else { return false };
        if first == expected {
            self.0 = rest;
        }
        first == expected
    }

    /// Whether nothing but spaces is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.trim_ascii().is_empty()
    }

    /// Takes everything up to the next space.
    pub(super) fn word(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|&octet| octet == b' ').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word
    }

    /// Takes an atom, a quoted string or a literal. `None`: there is none, or it is not well-formed.
    pub(super) fn string(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        match self.0.first()? {
            b'"' => self.quoted(),
            b'{' => {
                let (octets, rest) = literal(self.0)?;
                self.0 = rest;
                Some(Zeroizing::new(octets.to_vec()))
            }
            _ => self.atom(),
        }
    }

    fn quoted(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let mut value = Zeroizing::new(Vec::with_capacity(self.0.len()));
        let mut octets = self.0.iter().copied().enumerate().skip(1).peekable();
        while let Some((index, octet)) = octets.next() {
            match octet {
                b'"' => {
                    self.0 = &self.0[index + 1..];
                    return Some(value);
                }
                b'\r' | b'\n' | 0 => return None,
                b'\\' => match octets.next_if(|(_, next)| matches!(next, b'"' | b'\\')) {
                    Some((_, escaped)) => value.push(escaped),
                    None => value.push(octet),
                },
                _ => value.push(octet),
            }
        }
        None
    }

    /// Takes everything up to a space. Octets that the grammar keeps out of atoms
    /// are taken, for programs that send a password as it was typed.
    fn atom(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let end = self.0.iter().position(|&octet| octet <= b' ' || octet == 0x7f).unwrap_or(self.0.len());
        let (atom, rest) = self.0.split_at(end);
        if atom.is_empty() || rest.first().is_some_and(|&octet| octet != b' ') {
            return None;
        }
        self.0 = rest;
        Some(Zeroizing::new(atom.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut arguments = Arguments::new(text);
        let mut strings = Vec::new();
        while !arguments.is_empty() {
            strings.push(arguments.string()?.to_vec());
            arguments.space().then_some(())?;
        }
        Some(strings)
    }

    #[test]
    fn every_form_of_a_string() {
        let read = strings(b"u@x.test \"a \\\"b\\\\c\" {4+}\r\n\r\n{} \"DOM\\user\" \xe4\xff \"\xe4\" \"\"")
            .unwrap();
        let expected: [&[u8]; 7] =
            [b"u@x.test", b"a \"b\\c", b"\r\n{}", b"DOM\\user", b"\xe4\xff", b"\xe4", b""];
        assert_eq!(read, expected.map(<[u8]>::to_vec));
    }

    #[test]
    fn what_is_not_a_string() {
        for text in [
            &b"\"a"[..],
            b"\"a\\\"",
            b"\"a\"b",
            b"{9}\r\nabc",
            b"{1}a",
            b"{1}",
            b"a\0b",
            b"\"a\0\"",
            b"a{1}\r\nb",
        ] {
            assert_eq!(strings(text), None, "{text:?}");
        }
    }
}
