//! The hash chain: each record's digest covers the one before, so that nothing can be changed, left out or put in unseen.

use super::{AuditRecord, NewAuditRecord};
use crate::sign_in::SignInEvent;

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// What stands before the first record.
    pub const ZERO: Self = Self([0; 32]);
}

/// 64 hexadecimal digits.
impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// The end of the chain, to which the next record is linked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The last record's place; 0 when there is none.
    pub sequence: u64,
    /// The last record's digest.
    pub digest: Digest,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// A place is missing or comes twice.
    #[error("record {expected} is missing: {found} stands in its place")]
    Gap {
        /// The place that should come.
        expected: u64,
        /// The place that came.
        found: u64,
    },
    /// The record does not link to the one before.
    #[error("record {sequence} does not follow from the record before it")]
    Unlinked {
        /// Its place.
        sequence: u64,
    },
    /// The record was changed after it was written.
    #[error("record {sequence} was changed after it was written")]
    Changed {
        /// Its place.
        sequence: u64,
    },
    /// The sign-in events that the record seals are not those that were sealed.
    #[error("the sign-in events sealed by record {sequence} were changed, removed or added to")]
    EventsChanged {
        /// The sealing record's place.
        sequence: u64,
    },
}

impl Link {
    /// Before the first record.
    pub const START: Self = Self { sequence: 0, digest: Digest::ZERO };

    /// The record that follows.
    #[must_use]
    pub fn append(&self, _record: NewAuditRecord) -> AuditRecord {
        todo!("canonical encoding: length-prefixed fields, then SHA-256 over previous digest and it")
    }

    /// Checks that `record` follows, and gives the new end.
    ///
    /// # Errors
    /// How the chain does not hold.
    pub fn verify(&self, _record: &AuditRecord) -> Result<Self, ChainBreak> {
        todo!()
    }
}

/// The digest that seals a batch of sign-in events, in the order of their ids.
#[must_use]
pub fn seal_events(_events: &[SignInEvent]) -> Digest {
    todo!()
}
