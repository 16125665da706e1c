//! `POST /audit-records/verify`

use axum::Json;
use axum::extract::State;
use postern_service::audit::VerifyAuditError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::problem::Problem;
use crate::portal::Portal;

/// Whether the chain holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verification {
    /// Whether it does.
    holds: bool,
    /// What is wrong with it.
    broken: Option<String>,
    /// The place of the last record, when it holds.
    records: Option<u64>,
    /// The digest of the last record, to be kept elsewhere.
    digest: Option<String>,
    /// Sign-in events that its seals cover.
    sealed_events: Option<u64>,
}

/// Verify the audit log
///
/// The whole chain, and the sign-in events that it seals. Reads everything.
#[utoipa::path(post, path = "/api/v1/audit-records/verify", tag = "Audit",
    responses((status = 200, body = Verification)))]
pub(crate) async fn verify_audit(State(portal): State<Portal>) -> Result<Json<Verification>, Problem> {
    match portal.service.verify_audit().await {
        Ok(verified) => Ok(Json(Verification {
            holds: true,
            broken: None,
            records: Some(verified.end.sequence),
            digest: Some(verified.end.digest.to_string()),
            sealed_events: Some(verified.sealed_events),
        })),
        Err(VerifyAuditError::Failure(failure)) => Err(failure.into()),
        Err(broken) => Ok(Json(Verification {
            holds: false,
            broken: Some(broken.to_string()),
            records: None,
            digest: None,
            sealed_events: None,
        })),
    }
}
