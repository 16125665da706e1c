//! `GET /audit-verification`

use axum::Json;
use axum::extract::State;
use postern_service::audit::{Verification, VerifyAuditError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::choice::{Word, choice};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

choice! {
    /// How far it got.
    enum Stand as AuditVerificationWord {
        Never = "never",
        Running = "running",
        Holds = "holds",
        Broken = "broken",
        Failed = "failed",
    }
}

/// How a verification of the audit log stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditVerification)]
pub(crate) struct VerificationBody {
    /// `never`: none was begun since this server started; `failed`: by a failure of ours.
    state: AuditVerificationWord,
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
    const fn at(state: Stand) -> Self {
        Self {
            state: Word(state),
            since: None,
            ended_at: None,
            records: None,
            of: None,
            digest: None,
            sealed_events: None,
            broken: None,
        }
    }

    pub(super) fn new(state: Verification) -> Self {
        let (at, result) = match state {
            Verification::Never => return Self::at(Stand::Never),
            Verification::Running { since, done, of } => {
                let (since, records, of) = (Some(since.to_string()), Some(done), Some(of));
                return Self { since, records, of, ..Self::at(Stand::Running) };
            }
            Verification::Ended { at, result } => (at, result),
        };
        let ended = match result {
            Ok(verified) => Self {
                records: Some(verified.end.sequence),
                digest: Some(verified.end.digest.to_string()),
                sealed_events: Some(verified.sealed_events),
                ..Self::at(Stand::Holds)
            },
            Err(error) => match &*error {
                VerifyAuditError::Failure(_) => Self::at(Stand::Failed),
                broken => Self { broken: Some(broken.to_string()), ..Self::at(Stand::Broken) },
            },
        };
        Self { ended_at: Some(at.to_string()), ..ended }
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
