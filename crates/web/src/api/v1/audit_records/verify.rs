//! `POST /audit-verification`

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use super::verification::VerificationBody;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Begin to verify the audit log
///
/// The whole chain, and the sign-in events that it seals. It reads everything, which takes its time: `GET` on the same address
/// says how it stands. One that goes on is left going on.
#[utoipa::path(post, path = "/api/v1/audit-verification", tag = "Audit",
    responses((status = 202, body = VerificationBody)))]
pub(crate) async fn verify_audit(
    State(portal): State<Portal>,
    caller: Caller,
) -> Result<(StatusCode, Json<VerificationBody>), Problem> {
    portal.service.start_audit_verification(caller.by()).await?;
    let state = portal.service.audit_verification(caller.by()).await?;
    Ok((StatusCode::ACCEPTED, Json(VerificationBody::new(state))))
}
