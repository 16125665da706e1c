//! The call of Microsoft Graph by which scripts read and set the per-user MFA state.

pub(super) mod get_requirements;
pub(super) mod update_requirements;

use crate::api::v1::words::MfaStateWord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What Microsoft Graph calls `strongAuthenticationRequirements`.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StrongAuthenticationRequirements {
    #[schema(value_type = MfaStateWord)]
    per_user_mfa_state: String,
    /// Scripts send it as Graph's reference shows the resource; nothing is made of it.
    #[serde(rename = "@odata.type", default, skip_serializing)]
    #[schema(example = "#microsoft.graph.strongAuthenticationRequirements")]
    _type: Option<String>,
    /// Scripts send it back as Graph answered it; nothing is made of it.
    #[serde(rename = "@odata.context", default, skip_serializing)]
    _context: Option<String>,
}
