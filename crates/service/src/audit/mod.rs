//! Read and verify the audit log.

mod record;
mod search;
mod verification;
mod view;

pub(crate) use record::Record;
pub use search::{AuditEntry, AuditError, AuditPage, AuditSearch};
pub use verification::Verification;
pub(crate) use verification::Verifying;
pub use view::AuditView;

use postern_domain::audit::{AuditRecord, ChainBreak, Link, Operation, seal_events};
use postern_storage::{Snapshot, StorageError};

use crate::{Failure, Service};

/// A chain that holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// Its end.
    pub end: Link,
    /// Sign-in events that its seals cover.
    pub sealed_events: u64,
}

/// Why the audit log could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyAuditError {
    /// It does not hold.
    #[error("the audit log does not hold: {0}")]
    Broken(#[from] ChainBreak),
    /// Records at its end are missing.
    #[error(
        "the audit log ends at record {found}, but {expected} were written: records were cut off its end"
    )]
    CutOff {
        /// The last record found.
        found: u64,
        /// The last record written.
        expected: u64,
    },
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Records read at a time while verifying.
const PORTION: u32 = 1_000;

impl From<StorageError> for VerifyAuditError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Service {
    /// Verifies the whole chain, and the sign-in events that it seals. Reads everything, in portions, from one
    /// consistent state.
    ///
    /// # Errors
    /// [`VerifyAuditError`].
    pub async fn verify_audit(&self) -> Result<Verified, VerifyAuditError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let (mut end, mut sealed_events, mut last_seal) = (Link::START, 0, 0);
        loop {
            let records = snapshot.audit_records_after(end.sequence, PORTION).await?;
            for record in &records {
                end = end.verify(record)?;
                if record.operation == Operation::SealSignInEvents {
                    sealed_events += verify_seal(&mut *snapshot, record).await?;
                    last_seal = record.sequence;
                    // Thousands of events may be under each of many seals in one portion.
                    tokio::task::yield_now().await;
                }
            }
            if records.is_empty() {
                break;
            }
            self.verifying.reached(end.sequence);
            // SQLite's statements run inline: between portions, others have their turn on this thread.
            tokio::task::yield_now().await;
        }
        let head = snapshot.audit_head().await?;
        if head.sequence != end.sequence {
            return Err(VerifyAuditError::CutOff { found: end.sequence, expected: head.sequence });
        }
        if head.digest != end.digest {
            return Err(ChainBreak::Changed { sequence: end.sequence }.into());
        }
        // An event that names no seal, or a record that is none.
        if snapshot.sign_in_event_count().await? != sealed_events {
            return Err(ChainBreak::EventsChanged { sequence: last_seal }.into());
        }
        Ok(Verified { end, sealed_events })
    }
}

/// What the tests of other deeds look at.
#[cfg(test)]
impl Service {
    /// Records, newest first.
    pub(crate) async fn list_audit_records(
        &self,
        filter: &postern_storage::AuditFilter,
    ) -> Result<Vec<AuditRecord>, Failure> {
        Ok(self.parts.store.snapshot().await?.audit_records(filter).await?)
    }

    /// At most `limit` records after a place, in order.
    pub(crate) async fn audit_records_after(
        &self,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Failure> {
        Ok(self.parts.store.snapshot().await?.audit_records_after(sequence, limit).await?)
    }
}

/// Compares a seal with the events that name it. Gives how many.
async fn verify_seal(state: &mut (dyn Snapshot + '_), record: &AuditRecord) -> Result<u64, VerifyAuditError> {
    let events = state.sign_in_events_sealed_by(record.sequence).await?;
    let digest = seal_events(&events).to_string();
    let sealed = record.details.iter().find(|(name, _)| name == "digest").map(|(_, value)| value.as_str());
    if sealed == Some(digest.as_str()) {
        Ok(events.len() as u64)
    } else {
        Err(ChainBreak::EventsChanged { sequence: record.sequence }.into())
    }
}

#[cfg(test)]
mod tests;
