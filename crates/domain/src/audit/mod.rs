//! The audit log: records of changes, chained by their hashes; sign-in events are sealed into it in batches.

mod chain;
mod encoding;
mod operation;

pub use chain::{ChainBreak, Digest, Link, seal_events};
pub use operation::Operation;

use crate::Timestamp;
use crate::actor::Actor;
use crate::id::{AccountId, AppPasswordId};

/// What is to be recorded of a deed. Storage gives it its place in the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewAuditRecord {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub operation: Operation,
    /// The account that it was done to.
    pub account: Option<AccountId>,
    /// The app password that it was done to.
    pub app_password: Option<AppPasswordId>,
    /// Further facts, by name; never a secret. Sorted by name, no name twice.
    pub details: Vec<(String, String)>,
}

/// A record in the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRecord {
    /// Its place: 1, 2, 3, … without a gap.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it, as [`Actor`] shows itself.
    pub actor: String,
    /// What was done.
    pub operation: Operation,
    /// The account that it was done to.
    pub account: Option<AccountId>,
    /// The app password that it was done to.
    pub app_password: Option<AppPasswordId>,
    /// Further facts, by name.
    pub details: Vec<(String, String)>,
    /// The digest of the record before; zeros for the first.
    pub previous: Digest,
    /// The digest of this one.
    pub digest: Digest,
}
