//! What the core asks its driver to do, and what it is told.

use crate::door;
use crate::smtp::relay::Relay;
use crate::smtp::{Allowance, Capabilities, SenderRule};

/// The next thing to do. The relay is an object that takes over from the session.
pub type Step<P> = door::Step<Box<Relay<P>>>;

/// The answer to [`door::Step::Verify`].
pub type Verdict<P> = door::Verdict<Accepted<P>>;

/// What comes with an acceptance.
pub struct Accepted<P> {
    /// The proof that somebody verified the credentials. The core cannot make one.
    pub proof: P,
    /// What the upstream offers if a connection to it is open already, or `None` to have it opened for the first
    /// message.
    pub upstream: Option<Capabilities>,
    /// The sender restriction, if there is one.
    pub sender_rule: Option<Box<dyn SenderRule>>,
    /// How much may be sent, if that is limited.
    pub allowance: Option<Box<dyn Allowance>>,
}
