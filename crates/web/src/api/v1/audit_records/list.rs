//! `GET /audit-records`

use std::collections::BTreeMap;

use axum::extract::State;
use http::Uri;
use postern_domain::audit::{AuditRecord, Operation};
use postern_service::audit::AuditSearch;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::{Asked, Fields};
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::moment;
use crate::portal::Portal;

/// Which records are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListRecords {
    /// Only records after this place of the chain: what a program has read already.
    after: Option<u64>,
    /// Only what was done to the account with this user name; of a deleted account, too.
    account: Option<String>,
    /// Only by this account, or by this actor in full words, such as `operator root`.
    actor: Option<String>,
    /// Only this operation, as in `Create app password`.
    operation: Option<String>,
    /// Only from this moment on (RFC 3339).
    since: Option<String>,
    /// Only before this moment (RFC 3339).
    until: Option<String>,
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
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListRecords>,
) -> Result<Page<RecordBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let after = page::after(asked.cursor.as_deref())?.or(asked.after).unwrap_or(0);
    let mut fields = Fields::default();
    let operation = asked
        .operation
        .as_deref()
        .map(|name| Operation::from_name(name).ok_or("no such operation: the records have its exact words"));
    let moment_of = |fields: &mut Fields, pointer: &str, text: Option<&str>| {
        text.and_then(|text| fields.check(pointer, moment(text)))
    };
    let search = AuditSearch {
        actor: asked.actor,
        account: fields.parse_if("?account", asked.account.as_deref()),
        operation: operation.and_then(|operation| fields.check("?operation", operation)),
        since: moment_of(&mut fields, "?since", asked.since.as_deref()),
        until: moment_of(&mut fields, "?until", asked.until.as_deref()),
        ..AuditSearch::default()
    };
    fields.done()?;
    let (records, read) = portal.service.export_audit(caller.by(), &search, after, limit).await?;
    // The chain has no gaps: a portion that is full may be followed by another, whatever the search left of it.
    let next = read.filter(|read| *read >= after + u64::from(limit));
    Ok(Page::up_to(records.into_iter().map(RecordBody::new), &uri, next.map(|read| read.to_string())))
}
