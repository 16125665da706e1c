//! Octets received and not yet used, read as lines or by count.

use zeroize::Zeroizing;

use crate::buffer::Buffer;

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

/// The input.
#[derive(Default)]
pub(crate) struct Input {
    buffer: Buffer,
    /// How many of the unused octets are known to hold no line end.
    scanned: usize,
}

impl Input {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.buffer.len()
    }

    pub(crate) fn clear(&mut self) {
        self.buffer.clear();
        self.scanned = 0;
    }

    /// Takes exactly `count` octets, as soon as they are there.
    pub(crate) fn take_exactly(&mut self, count: usize) -> Option<Zeroizing<Vec<u8>>> {
        (self.len() >= count).then(|| self.take(count))
    }

    /// Takes everything.
    pub(crate) fn take_all(&mut self) -> Zeroizing<Vec<u8>> {
        self.take(usize::MAX)
    }

    /// Takes the next line, which ends with CRLF or LF and has at most `limit` octets before that.
    pub(crate) fn next_line(&mut self, limit: usize) -> Line {
        let unused = self.buffer.unused();
        let Some(found) = unused[self.scanned..].iter().position(|&octet| octet == b'\n') else {
            self.scanned = unused.len();
            // One more than the limit may be the CR of the line end.
            return if unused.len() > limit + 1 { Line::TooLong } else { Line::Incomplete };
        };
        let end = self.scanned + found;
        let length = end - usize::from(unused[..end].ends_with(b"\r"));
        if length > limit {
            return Line::TooLong;
        }
        let line = self.take(length);
        self.buffer.consume(end + 1 - length);
        Line::Complete(line)
    }

    fn take(&mut self, count: usize) -> Zeroizing<Vec<u8>> {
        self.scanned = 0;
        self.buffer.take(count)
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
