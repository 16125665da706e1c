//! `GET /audit-verification`

use axum::Json;
use axum::extract::State;
use postern_service::audit::{Verification, VerifyAuditError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// How a verification of the audit log stands.
#[derive(Serialize, ToSchema, Default)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditVerification)]
pub(crate) struct VerificationBody {
    /// `never` (none was begun since this server started), `running`, `holds`, `broken` or `failed` (a failure of ours).
    state: &'static str,
    /// Since when it runs.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Records that were verified.
    records: Option<u64>,
    /// Records that there were when it began, while it runs.
    of: Option<u64>,
    /// The digest of the last record, to be kept elsewhere, when the chain holds.
    digest: Option<String>,
    /// Sign-in events that its seals cover, when it holds.
    sealed_events: Option<u64>,
    /// What is wrong with it, when it is broken.
    broken: Option<String>,
}

impl VerificationBody {
    pub(super) fn new(state: Verification) -> Self {
        let (at, result) = match state {
            Verification::Never => return Self { state: "never", ..Self::default() },
            Verification::Running { since, done, of } => {
                let (records, of) = (Some(done), Some(of));
                return Self {
                    state: "running",
                    since: Some(since.to_string()),
                    records,
                    of,
                    ..Self::default()
                };
            }
            Verification::Ended { at, result } => (at, result),
        };
        let ended = Self { ended_at: Some(at.to_string()), ..Self::default() };
        match result {
            Ok(verified) => Self {
                state: "holds",
                records: Some(verified.end.sequence),
                digest: Some(verified.end.digest.to_string()),
                sealed_events: Some(verified.sealed_events),
                ..ended
            },
            Err(error) => match &*error {
                VerifyAuditError::Failure(_) => Self { state: "failed", ..ended },
                broken => Self { state: "broken", broken: Some(broken.to_string()), ..ended },
            },
        }
    }
}

/// Get how the verification of the audit log stands
///
/// Of the server that answers.
#[utoipa::path(get, path = "/api/v1/audit-verification", tag = "Audit",
    responses((status = 200, body = VerificationBody)))]
pub(crate) async fn get_audit_verification(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<Json<VerificationBody>, Problem> {
    Ok(Json(VerificationBody::new(portal.service.audit_verification(caller.by()).await?)))
}
