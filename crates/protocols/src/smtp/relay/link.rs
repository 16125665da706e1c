//! The connection to the upstream as the relay sees it.

use crate::smtp::{Capabilities, Reply, ReplyError, ReplyParser};

/// One upstream connection at a time.
#[derive(Debug)]
pub(super) struct Link {
    is_open: bool,
    /// The other side has closed; what it said before is still to be read.
    pub(super) has_closed: bool,
    /// MAIL was accepted there, and neither RSET nor the end of the message has followed.
    pub(super) in_transaction: bool,
    known: Option<Capabilities>,
    replies: ReplyParser,
}

impl Link {
    pub(super) fn new(open: Option<Capabilities>) -> Self {
        Self {
            is_open: open.is_some(),
            has_closed: false,
            in_transaction: false,
            known: open,
            replies: ReplyParser::new(),
        }
    }

    pub(super) fn open(&mut self, capabilities: Capabilities) {
        *self = Self::new(Some(capabilities));
    }

    /// Closes it from our side; true if it was open. What the upstream offers is remembered for the next EHLO.
    pub(super) fn close(&mut self) -> bool {
        let was_open = self.is_open;
        *self = Self { is_open: false, known: self.known, ..Self::new(None) };
        was_open
    }

    pub(super) fn receive(&mut self, bytes: &[u8]) {
        if self.is_open {
            self.replies.receive(bytes);
        }
    }

    pub(super) fn next_reply(&mut self) -> Result<Option<Reply>, ReplyError> {
        self.replies.next_reply()
    }

    /// What the upstream offers, as far as it was ever connected to.
    pub(super) fn known(&self) -> Option<Capabilities> {
        self.known
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(super) fn is_usable(&self) -> bool {
        self.is_open && !self.has_closed
    }

    pub(super) fn is_readable(&self) -> bool {
        self.is_usable()
    }

    pub(super) fn buffered(&self) -> usize {
        self.replies.buffered()
    }
}
