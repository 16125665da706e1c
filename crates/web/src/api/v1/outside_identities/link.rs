//! `POST /accounts/{account}/outside-identities`

use axum::extract::{Path, State};
use http::StatusCode;
use postern_service::outside::LinkIdentity;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::body::{Body, Fields, read};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// A link to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIdentity {
    /// The provider's name in the configuration.
    provider: String,
    /// Who it is there: `sub` of its tokens.
    subject: String,
}

/// Link an account to somebody at an outside identity provider
///
/// Whoever is known there as this signs in as the account from then on; its owner is told.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/outside-identities", tag = "Outside identities",
    request_body = NewIdentity, responses((status = 204)))]
pub(crate) async fn link_outside_identity(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    Body(body): Body<NewIdentity>,
) -> Result<StatusCode, Problem> {
    let mut fields = Fields::default();
    let subject = fields.parse("/subject", &body.subject);
    fields.done()?;
    let account = accounts::name_of(&portal, &caller, &account).await?;
    let link = LinkIdentity { account, provider: body.provider, subject: read(subject)? };
    portal.service.link_outside_identity(caller.by(), link).await?;
    Ok(StatusCode::NO_CONTENT)
}
