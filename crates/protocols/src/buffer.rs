//! Octets received and not yet used. They may hold secrets, so used ones are wiped.

use zeroize::{Zeroize, Zeroizing};

/// The input of one side of a connection, read at its head.
#[derive(Default)]
pub(crate) struct Buffer {
    octets: Zeroizing<Vec<u8>>,
    /// Where the unused octets begin; moving them to the front for each line would cost the square of the length.
    start: usize,
}

impl Buffer {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.octets.drain(..self.start);
            self.start = 0;
        }
        self.octets.extend_from_slice(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.octets.len() - self.start
    }

    /// All that is unused.
    pub(crate) fn unused(&self) -> &[u8] {
        &self.octets[self.start..]
    }

    /// Wipes everything.
    pub(crate) fn clear(&mut self) {
        self.octets.zeroize();
        self.start = 0;
    }

    /// Takes octets from the head, at most as many as there are.
    pub(crate) fn take(&mut self, count: usize) -> Zeroizing<Vec<u8>> {
        let unused = self.unused();
        let taken = Zeroizing::new(unused[..count.min(unused.len())].to_vec());
        self.consume(taken.len());
        taken
    }

    /// Wipes octets that were used.
    pub(crate) fn consume(&mut self, count: usize) {
        self.octets[self.start..self.start + count].zeroize();
        self.discard(count);
    }

    /// Drops octets that are no secret, so the time to wipe them is saved.
    pub(crate) fn discard(&mut self, count: usize) {
        self.start += count;
        if self.start == self.octets.len() {
            self.octets.clear();
            self.start = 0;
        }
    }
}
