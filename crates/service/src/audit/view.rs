//! An audit record in JSON, as exports, webhooks, the command line and the API show it.

use std::collections::BTreeMap;

use postern_domain::audit::AuditRecord;
use serde::Serialize;

/// An audit record in JSON.
#[derive(Debug, Serialize)]
pub struct AuditView {
    /// Its place in the chain.
    pub sequence: u64,
    /// When, as RFC 3339 says.
    pub at: String,
    /// Who did it.
    pub actor: String,
    /// What was done, for people.
    pub operation: &'static str,
    /// What was done, for programs: never changed.
    pub code: String,
    /// What Microsoft Entra ID calls it, where it has the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<&'static str>,
    /// The account that it was done to.
    pub account: Option<String>,
    /// The app password that it was done to.
    pub app_password: Option<String>,
    /// Further facts.
    pub details: BTreeMap<String, String>,
    /// The digest of the record before, 64 hexadecimal digits.
    pub previous: String,
    /// The digest of this one.
    pub digest: String,
}

impl AuditView {
    /// Shows a record.
    #[must_use]
    pub fn new(record: &AuditRecord) -> Self {
        Self {
            sequence: record.sequence,
            at: record.at.to_string(),
            actor: record.actor.clone(),
            operation: record.operation.name(),
            code: record.operation.code(),
            activity: record.operation.activity(),
            account: record.account.map(|id| id.to_string()),
            app_password: record.app_password.map(|id| id.to_string()),
            details: record.details.iter().cloned().collect(),
            previous: record.previous.to_string(),
            digest: record.digest.to_string(),
        }
    }
}
