//! The client's input: command lines by a strict rule, or raw octets.

use zeroize::Zeroizing;

use crate::buffer::Buffer;

/// What the head of the input is, read as a command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line without its CRLF.
    Complete(Zeroizing<Vec<u8>>),
    /// The line end has not come yet.
    Incomplete,
    /// The line is longer than this limit. It is reported once; the rest of it is skipped.
    TooLong { limit: usize },
    /// A bare LF, a bare CR or a NUL stands where a line is expected.
    BareOctet(BareOctet),
}

/// An octet that must not stand alone in SMTP (RFC 5321 §2.3.8, §4.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BareOctet {
    LineFeed,
    CarriageReturn,
    Nul,
}

impl BareOctet {
    /// The words for a reply.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LineFeed => "bare LF",
            Self::CarriageReturn => "bare CR",
            Self::Nul => "NUL",
        }
    }
}

/// The input.
#[derive(Default)]
pub(crate) struct Input {
    buffer: Buffer,
    /// How many of the unused octets are known to hold no line end.
    scanned: usize,
    skipping: bool,
}

impl Input {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Wipes everything, a half-read line included.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes at most `limit` raw octets.
    pub(crate) fn take(&mut self, limit: usize) -> Zeroizing<Vec<u8>> {
        self.scanned = 0;
        self.buffer.take(limit)
    }

    /// All that is unused, for content: it is read in place.
    pub(crate) fn unused(&self) -> &[u8] {
        self.buffer.unused()
    }

    /// Drops content that was read in place. It is no secret, so the time to wipe it is saved.
    pub(crate) fn discard(&mut self, count: usize) {
        self.scanned = 0;
        self.buffer.discard(count);
    }

    /// Takes the next line. `limit` says how long a line with this beginning may be, without its CRLF.
    ///
    /// Only CRLF ends a line. Nothing after an offending octet can be trusted to be what the sender meant, so the
    /// caller has to end the connection on [`Line::BareOctet`].
    pub(crate) fn next_line(&mut self, limit: impl Fn(&[u8]) -> usize) -> Line {
        loop {
            let unused = self.buffer.unused();
            let found = unused[self.scanned..].iter().position(|octet| matches!(octet, b'\r' | b'\n' | 0));
            let length = found.map_or(unused.len(), |found| self.scanned + found);
            if self.skipping {
                self.consume(length);
            } else if let limit = limit(unused)
                && length > limit
            {
                self.consume(length);
                self.skipping = true;
                return Line::TooLong { limit };
            } else {
                self.scanned = length;
            }
            let unused = self.buffer.unused();
            match (unused.get(self.scanned), unused.get(self.scanned + 1)) {
                (None, _) | (Some(b'\r'), None) => return Line::Incomplete,
                (Some(b'\r'), Some(b'\n')) => {
                    let line = self.take(self.scanned);
                    self.consume(2);
                    if !std::mem::take(&mut self.skipping) {
                        return Line::Complete(line);
                    }
                }
                (Some(b'\r'), Some(_)) => return Line::BareOctet(BareOctet::CarriageReturn),
                (Some(b'\n'), _) => return Line::BareOctet(BareOctet::LineFeed),
                (Some(_), _) => return Line::BareOctet(BareOctet::Nul),
            }
        }
    }

    fn consume(&mut self, count: usize) {
        self.scanned = 0;
        self.buffer.consume(count);
    }
}
