//! `GET /audit-records`

use axum::extract::State;
use http::Uri;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{RecordBody, Search};
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
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
    /// Only what was done to the account with this user name; of a deleted account, too.
    account: Option<String>,
    /// Only what was done to the app password of this id.
    app_password: Option<String>,
    /// Only by this account, or by this actor in full words, such as `operator root`.
    actor: Option<String>,
    /// Only this operation: its words, its code, or what Microsoft Entra ID calls it.
    operation: Option<String>,
    /// Only from this moment on (RFC 3339).
    since: Option<String>,
    /// Only before this moment (RFC 3339).
    until: Option<String>,
    /// Only those with this text in their actor or details.
    text: Option<String>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
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
    let after = page::after(asked.cursor.as_deref(), &uri)?.or(asked.after).unwrap_or(0);
    let search = Search {
        account: asked.account,
        app_password: asked.app_password,
        actor: asked.actor,
        operation: asked.operation,
        since: asked.since,
        until: asked.until,
        text: asked.text,
    };
    let (records, read) = portal.service.export_audit(caller.by(), &search.read()?, after, limit).await?;
    // The chain has no gaps: a portion that is full may be followed by another, whatever the search left of it.
    let next = read.filter(|read| *read >= after + u64::from(limit));
    Ok(Page::up_to(records.into_iter().map(RecordBody::new), &uri, next.map(|read| read.to_string())))
}
