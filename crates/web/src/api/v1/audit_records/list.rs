//! `GET /audit-records`

use std::collections::BTreeMap;

use axum::extract::State;
use http::Uri;
use postern_domain::audit::AuditRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::Asked;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Which records are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListRecords {
    /// Only records after this place of the chain: what a program has read already.
    after: Option<u64>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// A record of the audit log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditRecord)]
pub(crate) struct RecordBody {
    /// Its place: 1, 2, 3, … without a gap.
    sequence: u64,
    #[schema(format = DateTime)]
    at: String,
    /// Who did it.
    actor: String,
    /// What was done.
    operation: &'static str,
    /// The account that it was done to.
    account_id: Option<String>,
    /// The app password that it was done to.
    app_password_id: Option<String>,
    /// Further facts, by name.
    details: BTreeMap<String, String>,
    /// The digest of the record before.
    previous: String,
    /// The digest of this one.
    digest: String,
}

impl RecordBody {
    fn new(record: AuditRecord) -> Self {
        Self {
            sequence: record.sequence,
            at: record.at.to_string(),
            actor: record.actor,
            operation: record.operation.name(),
            account_id: record.account.map(|id| id.to_string()),
            app_password_id: record.app_password.map(|id| id.to_string()),
            details: record.details.into_iter().collect(),
            previous: record.previous.to_string(),
            digest: record.digest.to_string(),
        }
    }
}

/// List audit records
///
/// In the order of the chain, the oldest first, so that a program that keeps the last `sequence` misses none.
#[utoipa::path(get, path = "/api/v1/audit-records", tag = "Audit", params(ListRecords),
    responses((status = 200, body = Page<RecordBody>)))]
pub(crate) async fn list_audit_records(
    State(portal): State<Portal>,
    uri: Uri,
    Asked(asked): Asked<ListRecords>,
) -> Result<Page<RecordBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let after = page::after(asked.cursor.as_deref())?.or(asked.after).unwrap_or(0);
    let rows = portal.service.audit_records_after(after, limit + 1).await?;
    Ok(Page::of(rows, limit, &uri, |record| record.sequence.to_string(), RecordBody::new))
}
