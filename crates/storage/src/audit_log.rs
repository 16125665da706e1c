//! The audit log.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::audit::{AuditRecord, Link, NewAuditRecord, Operation};
use postern_domain::id::{AccountId, AppPasswordId};

use crate::Result;

/// Which records a list shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only of this app password.
    pub app_password: Option<AppPasswordId>,
    /// Only this operation.
    pub operation: Option<Operation>,
    /// Only by this actor, as [`postern_domain::actor::Actor`] shows itself.
    pub actor: Option<String>,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
    /// Only before this moment.
    pub until: Option<Timestamp>,
    /// Only with this text in the details or the actor, whatever the case of its ASCII letters. Reads every record between
    /// the bounds that the other filters set: set [`Self::after`] with it.
    pub text: Option<String>,
    /// Only before this place (for the next page).
    pub before: Option<u64>,
    /// Only after this place.
    pub after: Option<u64>,
    /// At most this many, the newest, 1 to 1000; they come newest first.
    pub limit: u32,
}

/// Reading the audit log.
#[async_trait]
pub trait AuditLogRead {
    /// The records that `filter` names, newest first.
    async fn audit_records(&mut self, filter: &AuditFilter) -> Result<Vec<AuditRecord>>;

    /// The record at a place.
    async fn audit_record(&mut self, sequence: u64) -> Result<Option<AuditRecord>>;

    /// At most `limit` records whose place is after `sequence`, in order (for verification and export).
    async fn audit_records_after(&mut self, sequence: u64, limit: u32) -> Result<Vec<AuditRecord>>;

    /// The end of the chain as the log keeps it beside the records, so that a cut-off end is noticed.
    async fn audit_head(&mut self) -> Result<Link>;
}

/// Writing the audit log.
#[async_trait]
pub trait AuditLogWrite: AuditLogRead {
    /// Links records to the end of the chain, in their order. Gives the new end.
    async fn append_audit_records(&mut self, records: Vec<NewAuditRecord>) -> Result<Link>;
}
