//! What the relay asks its driver to do, and what it is told about the upstream.

use std::time::Duration;

/// The next thing to do. Perform it, then ask again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayStep {
    /// Read from the side or sides that are wanted, whichever speaks first. A side that is not wanted must not be
    /// read: that is what keeps memory bounded. Neither is wanted while the upstream is being opened and the
    /// client's input is full; then the outcome of the opening is awaited.
    NeedBytes {
        /// `from_client` or `client_closed` is expected.
        want_client: bool,
        /// `from_upstream` or `upstream_closed` is expected.
        want_upstream: bool,
    },
    /// Write these octets to the client.
    ToClient(Vec<u8>),
    /// Write these octets to the upstream. If writing fails, call `upstream_closed`.
    ToUpstream(Vec<u8>),
    /// Connect to the upstream, run the [handshake](crate::smtp::upstream::Handshake), then call `upstream_opened`
    /// or `upstream_failed`.
    OpenUpstream,
    /// Close the upstream connection.
    CloseUpstream(CloseReason),
    /// Something worth recording.
    Event(RelayEvent),
    /// Close both connections.
    Done,
}

/// Why an upstream connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// QUIT was sent; all is well.
    Finished,
    /// The message must not be delivered: close without any further octet, the final dot above all.
    Abandoned,
    /// The upstream ended the session or has closed already.
    Ended,
    /// The upstream broke the protocol.
    Broken,
}

/// Something worth recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayEvent {
    /// The upstream has taken responsibility for a message.
    MessageAccepted {
        /// Recipients that the upstream accepted, in number.
        recipients: u64,
        /// Size of the message as RFC 1870 counts it, in octets.
        octets: u64,
    },
    /// A message, or a sender, was refused by us.
    MessageRefused(Refusal),
    /// A message or a recipient was not taken yet: the [allowance](crate::smtp::Allowance) is used up.
    AllowanceUsedUp,
}

/// Why we refused a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The envelope sender is outside the sender restriction.
    EnvelopeSender,
    /// An address in the header is outside the sender restriction, or the header cannot be read unambiguously.
    HeaderSender,
    /// It is larger than the limit.
    TooLarge,
    /// It has a bare CR, a bare LF or a NUL in it.
    BareOctet,
}

/// Why the upstream could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFailure {
    /// It could not be reached, spoke nonsense, or had a wrong certificate: `451 4.4.1`.
    Unreachable,
    /// It refused us, or our credentials there: `451 4.7.0`.
    Refused,
    /// It asks for patience: `451 4.7.0` in words that say so.
    Throttled {
        /// How long it wants to be left alone, if it said so.
        retry_after: Option<Duration>,
    },
}
