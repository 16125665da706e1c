//! `PUT /accounts/{account}/security-identifier`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AccountBody;
use crate::api::body::{Body, Fields};
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// A security identifier.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSecurityIdentifier {
    /// The identifier; null for none.
    #[schema(example = "S-1-5-21-1004336348-1177238915-682003330-512")]
    security_identifier: Option<String>,
}

/// Set an account's security identifier
///
/// By which Exchange Web Services may name it.
#[utoipa::path(put, path = "/api/v1/accounts/{account}/security-identifier", tag = "Accounts",
    request_body = NewSecurityIdentifier, responses((status = 200, body = AccountBody, headers(("ETag" = String)))))]
pub(crate) async fn set_security_identifier(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<NewSecurityIdentifier>,
) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    let sid = fields.parse_if("/securityIdentifier", body.security_identifier.as_deref());
    fields.done()?;
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    Ok(super::tagged_account(&portal.service.set_sid(caller.by(), &name, sid).await?))
}
