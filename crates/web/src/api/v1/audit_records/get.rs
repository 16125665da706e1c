//! `GET /audit-records/{sequence}`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::RecordBody;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// A record with its place in the chain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEntry)]
pub(crate) struct EntryBody {
    #[serde(flatten)]
    record: RecordBody,
    /// The user name of the account.
    account: Option<String>,
    /// The name of the app password.
    app_password: Option<String>,
    /// Whether its digest is that of its content, and it links to the record before it.
    holds: bool,
}

/// Get an audit record
#[utoipa::path(get, path = "/api/v1/audit-records/{sequence}", tag = "Audit",
    responses((status = 200, body = EntryBody)))]
pub(crate) async fn get_audit_record(
    State(portal): State<Portal>,
    caller: Caller,
    Path(sequence): Path<String>,
) -> Result<Json<EntryBody>, Problem> {
    let sequence = sequence.parse().map_err(|_| Problem::not_found("audit record"))?;
    let entry = portal.service.audit_entry(caller.by(), sequence).await?;
    Ok(Json(EntryBody {
        record: RecordBody::new(entry.record),
        account: entry.account.map(|name| name.to_string()),
        app_password: entry.app_password,
        holds: entry.holds,
    }))
}
