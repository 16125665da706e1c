//! `PUT /app-passwords/{id}/impersonation-grant`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_service::api::{Version, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AppPasswordBody, id_of};
use crate::api::body::{Body, Fields};
use crate::api::endpoint::Caller;
use crate::api::etag::{IfMatch, tagged};
use crate::api::problem::Problem;
use crate::api::v1::grant::GrantInput;
use crate::portal::Portal;

/// The only mailboxes that an app password may act for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Narrowed {
    /// Of those that its service account may; null: all of them.
    may_act_for_only: Option<GrantInput>,
}

/// Set the only mailboxes that an app password may act for
///
/// Sessions that act for another one end.
#[utoipa::path(put, path = "/api/v1/app-passwords/{id}/impersonation-grant", tag = "App passwords",
    request_body = Narrowed, responses((status = 200, body = AppPasswordBody, headers(("ETag" = String)))))]
pub(crate) async fn narrow_impersonation(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<Narrowed>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let mut fields = Fields::default();
    let grant = body.may_act_for_only.as_ref().and_then(|grant| grant.read("/mayActForOnly", &mut fields));
    fields.done()?;
    let caller = caller.if_match(tags, Versioned::AppPassword(id));
    let changed = portal.service.narrow_impersonation(caller.by(), id, grant).await?;
    let version = Version::of_app_password(&changed);
    Ok(tagged(version, &AppPasswordBody::new(&changed, portal.now())))
}
