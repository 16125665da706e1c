//! Puts a command together from lines and counted literals (RFC 9051 §4.3, RFC 7888, RFC 5804 §1.2).

use zeroize::Zeroizing;

use super::{Input, Line};

/// How long a command may be, in octets and in number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiteralLimits {
    pub(crate) line: usize,
    pub(crate) literal: usize,
    /// Zero: the protocol has no literals, and no line announces one.
    pub(crate) literals: usize,
    /// Whether a client that writes `{n}` waits for leave (IMAP) or sends at once (ManageSieve).
    pub(crate) clients_wait: bool,
}

/// What the head of the input is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A whole command, literals included: each stands as `{n}` CRLF and `n` octets, without the last line end.
    Complete(Zeroizing<Vec<u8>>),
    /// More octets are needed.
    Incomplete,
    /// The sender waits for leave to send a literal. The command so far is in [`Assembly::so_far`].
    Announced,
    /// The framing is lost, or would cost too much to keep.
    Broken(Framing),
    /// A literal that the sender waits for is too large, or one too many. The command was dropped; its beginning is
    /// here.
    Refused(Zeroizing<Vec<u8>>),
}

/// Why the connection cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    LineTooLong,
    LiteralTooLarge,
}

/// A command in the making.
#[derive(Default)]
pub(crate) struct Assembly {
    text: Zeroizing<Vec<u8>>,
    awaited: Option<usize>,
    literals: usize,
}

impl Assembly {
    /// Takes the next unit. With `plain`, literals are not looked for: the line is a SASL response.
    pub(crate) fn next(&mut self, input: &mut Input, limits: LiteralLimits, plain: bool) -> Unit {
        loop {
            if let Some(count) = self.awaited {
                let Some(octets) = input.take_exactly(count) else { return Unit::Incomplete };
                self.text.extend_from_slice(&octets);
                self.awaited = None;
            }
            let line = match input.next_line(limits.line) {
                Line::Complete(line) => line,
                Line::Incomplete => return Unit::Incomplete,
                Line::TooLong => return Unit::Broken(Framing::LineTooLong),
            };
            self.text.extend_from_slice(&line);
            let announced = if plain || limits.literals == 0 { None } else { announced(&line) };
            let Some((count, waits)) = announced else { return Unit::Complete(self.take()) };
            let waits = waits && limits.clients_wait;
            self.literals += 1;
            if count > limits.literal || self.literals > limits.literals {
                let text = self.take();
                // Without leave the octets come whatever is answered; reading on would be reading them as commands.
                return if waits { Unit::Refused(text) } else { Unit::Broken(Framing::LiteralTooLarge) };
            }
            self.text.extend_from_slice(b"\r\n");
            self.awaited = Some(count);
            if waits {
                return Unit::Announced;
            }
        }
    }

    /// The command as far as it has come.
    pub(crate) fn so_far(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Forgets the command as far as it has come.
    pub(crate) fn clear(&mut self) {
        drop(self.take());
    }

    fn take(&mut self) -> Zeroizing<Vec<u8>> {
        self.awaited = None;
        self.literals = 0;
        std::mem::take(&mut self.text)
    }
}

/// Reads `{n}` or `{n+}` at the end of a line: how many octets, and whether the sender waits for leave.
pub(crate) fn announced(line: &[u8]) -> Option<(usize, bool)> {
    let inside = line.strip_suffix(b"}")?;
    let open = inside.iter().rposition(|&octet| octet == b'{')?;
    let (digits, waits) = match &inside[open + 1..] {
        [digits @ .., b'+'] => (digits, false),
        digits => (digits, true),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // A number that does not fit is too large for every limit.
    let count = std::str::from_utf8(digits).ok()?.parse().unwrap_or(usize::MAX);
    Some((count, waits))
}

/// Reads a literal at the head of a whole command: its octets, and what follows.
pub(crate) fn literal(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|&octet| octet == b'\r')?;
    let begins_here = text[..end].iter().rposition(|&octet| octet == b'{') == Some(0);
    let (count, _) = announced(&text[..end]).filter(|_| begins_here)?;
    text[end..].strip_prefix(b"\r\n")?.split_at_checked(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: LiteralLimits = LiteralLimits { line: 40, literal: 8, literals: 2, clients_wait: true };

    #[test]
    fn octets_are_counted_and_never_read_as_lines() {
        let mut assembly = Assembly::default();
        let mut input = Input::default();
        input.push(b"a LOGIN {3}\r\n");
        assert_eq!(assembly.next(&mut input, LIMITS, false), Unit::Announced);
        input.push(b"\r\n} {1+}\r\nx\r\nb NOOP\r\n");
        let Unit::Complete(command) = assembly.next(&mut input, LIMITS, false) else { panic!("a command") };
        assert_eq!(command.as_slice(), b"a LOGIN {3}\r\n\r\n} {1+}\r\nx");
        let Unit::Complete(command) = assembly.next(&mut input, LIMITS, false) else { panic!("a command") };
        assert_eq!(command.as_slice(), b"b NOOP");
    }

    #[test]
    fn what_announces_a_literal() {
        for (line, expected) in [
            ("a {3}", Some((3, true))),
            ("{0+}", Some((0, false))),
            ("{99999999999999999999999}", Some((usize::MAX, true))),
            ("{}", None),
            ("{+}", None),
            ("{-1}", None),
            ("{1", None),
            ("\"{1}\"", None),
            ("1}", None),
        ] {
            assert_eq!(announced(line.as_bytes()), expected, "{line}");
        }
    }
}
