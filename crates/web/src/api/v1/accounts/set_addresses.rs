//! `PUT /accounts/{account}/addresses`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AccountBody;
use crate::api::body::{Body, Fields, read};
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// The addresses of an account, all of them.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Addresses {
    /// The user name: an e-mail address.
    #[schema(example = "anna@example.org")]
    name: String,
    /// Further addresses; at most 64.
    aliases: Vec<String>,
}

/// Rename an account, and set its aliases
///
/// Programs may sign in with each of the addresses. A grant that names an old one has to be given anew.
#[utoipa::path(put, path = "/api/v1/accounts/{account}/addresses", tag = "Accounts", request_body = Addresses,
    responses((status = 200, body = AccountBody, headers(("ETag" = String)))))]
pub(crate) async fn set_addresses(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<Addresses>,
) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    let primary = fields.parse("/name", &body.name);
    let aliases = fields.parse_all("/aliases", &body.aliases);
    fields.done()?;
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    let changed = portal.service.change_addresses(caller.by(), &name, read(primary)?, aliases).await?;
    Ok(super::tagged_account(&changed))
}
