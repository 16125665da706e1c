//! The states of the relay, each owning what belongs to it alone.

use crate::smtp::Reply;
use crate::smtp::envelope::Envelope;

/// What is expected next.
#[derive(Debug)]
pub(super) enum State {
    /// A command line.
    Command,
    /// The outcome of opening the upstream, for this MAIL.
    Opening(Envelope),
    /// The upstream's reply.
    Awaiting(Awaited),
    /// The content of DATA.
    Content,
    /// The octets of a chunk.
    Chunk {
        /// Octets that have not come.
        remaining: u64,
        /// Whether it is the message's last one.
        is_last: bool,
    },
    /// The octets of a chunk that nobody wants, and the reply to it.
    SkippedChunk {
        /// Octets that have not come.
        remaining: u64,
        /// The reply.
        reply: Reply,
    },
    /// Nothing.
    Ended,
}

/// Whose reply is awaited.
#[derive(Debug)]
pub(super) enum Awaited {
    /// MAIL.
    Mail { smtp_utf8: bool },
    /// RCPT.
    Recipient,
    /// RSET; the client gets `then` whatever the upstream says.
    Reset { then: Vec<u8> },
    /// DATA, sent for the client's DATA.
    GoAhead,
    /// DATA, sent for the client's first chunk.
    GoAheadForChunk { size: u64, is_last: bool },
    /// The final dot.
    Delivery { octets: u64 },
}

/// The client's mail transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transaction {
    /// There is none.
    None,
    /// MAIL was accepted.
    Open { recipients: u64, smtp_utf8: bool },
    /// The upstream was lost in it.
    Lost,
    /// A chunk of it was refused; what follows is not wanted until RSET (RFC 3030 §2).
    Failed,
}
