//! Read and verify the audit log.

use postern_domain::audit::{AuditRecord, ChainBreak, Link};
use postern_storage::AuditFilter;

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

impl Service {
    /// Verifies the whole chain, and the sign-in events that it seals. Reads everything, in portions.
    ///
    /// # Errors
    /// [`VerifyAuditError`].
    pub async fn verify_audit(&self) -> Result<Verified, VerifyAuditError> {
        todo!()
    }

    /// Records, newest first.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn list_audit_records(&self, _filter: &AuditFilter) -> Result<Vec<AuditRecord>, Failure> {
        todo!()
    }

    /// At most `limit` records after a place, in order, for export.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn audit_records_after(
        &self,
        _sequence: u64,
        _limit: u32,
    ) -> Result<Vec<AuditRecord>, Failure> {
        todo!()
    }
}
