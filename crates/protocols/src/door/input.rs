//! Octets received and not yet used, read as lines or by count.

use zeroize::{Zeroize, Zeroizing};

/// What the head of the input is, read as a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line without its line end.
    Complete(Zeroizing<Vec<u8>>),
    /// The line end has not come yet.
    Incomplete,
    /// The line is longer than the limit. There is no going on after this: what follows may be the octets of a literal.
    TooLong,
}

/// The input. It may hold secrets, so what is used is wiped.
#[derive(Default)]
pub(crate) struct Input {
    buffer: Zeroizing<Vec<u8>>,
    /// Where the unused octets begin; moving them to the front for each line would cost the square of the length.
    start: usize,
    /// How many of the unused octets are known to hold no line end.
    scanned: usize,
}

impl Input {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.buffer.len() - self.start
    }

    pub(crate) fn clear(&mut self) {
        self.buffer.zeroize();
        self.start = 0;
        self.scanned = 0;
    }

    /// Takes exactly `count` octets, as soon as they are there.
    pub(crate) fn take_exactly(&mut self, count: usize) -> Option<Zeroizing<Vec<u8>>> {
        let taken = self.buffer[self.start..].get(..count)?.to_vec();
        self.consume(count);
        Some(Zeroizing::new(taken))
    }

    /// Takes everything.
    pub(crate) fn take_all(&mut self) -> Zeroizing<Vec<u8>> {
        let taken = Zeroizing::new(self.buffer[self.start..].to_vec());
        self.clear();
        taken
    }

    /// Takes the next line, which ends with CRLF or LF and has at most `limit` octets before that.
    pub(crate) fn next_line(&mut self, limit: usize) -> Line {
        let unused = &self.buffer[self.start..];
        let Some(found) = unused[self.scanned..].iter().position(|&octet| octet == b'\n') else {
            self.scanned = unused.len();
            // One more than the limit may be the CR of the line end.
            return if unused.len() > limit + 1 { Line::TooLong } else { Line::Incomplete };
        };
        let end = self.scanned + found;
        let line = unused[..end].strip_suffix(b"\r").unwrap_or(&unused[..end]);
        if line.len() > limit {
            return Line::TooLong;
        }
        let line = Zeroizing::new(line.to_vec());
        self.consume(end + 1);
        Line::Complete(line)
    }

    fn consume(&mut self, count: usize) {
        self.buffer[self.start..self.start + count].zeroize();
        self.start += count;
        self.scanned = 0;
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_does_not_depend_on_the_cuts() {
        for (line, fits) in [("abcd\r\n", true), ("abcd\n", true), ("abcde\n", false), ("abcde\r\n", false)] {
            let mut whole = Input::default();
            whole.push(line.as_bytes());
            let mut cut = Input::default();
            let mut last = Line::Incomplete;
            for octet in line.bytes() {
                cut.push(&[octet]);
                if last == Line::Incomplete {
                    last = cut.next_line(4);
                }
            }
            assert_eq!(last, whole.next_line(4), "{line:?}");
            assert_eq!(matches!(last, Line::Complete(_)), fits, "{line:?}");
        }
    }

    #[test]
    fn counted_octets_are_not_lines() {
        let mut input = Input::default();
        input.push(b"a\nb\r\nrest");
        assert_eq!(input.take_exactly(3).unwrap().as_slice(), b"a\nb");
        assert_eq!(input.next_line(9), Line::Complete(Zeroizing::new(Vec::new())));
        assert!(input.take_exactly(5).is_none());
        assert_eq!(input.take_all().as_slice(), b"rest");
        assert_eq!(input.len(), 0);
    }
}
