//! `POST /account-imports`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rows;
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// What was imported.
#[derive(Serialize, ToSchema)]
#[schema(as = Imported)]
pub(crate) struct ImportedBody {
    /// How many accounts were added.
    added: u64,
    changed: u64,
    /// How many were blocked because the rows do not name them.
    blocked: u64,
}

/// Import accounts
///
/// Nothing is done when the rows have a mistake. What they do not name stays as it is; nothing is ever deleted. Rows that were
/// imported change nothing when they are imported again. A body has at most 16 MiB here.
#[utoipa::path(post, path = "/api/v1/account-imports", tag = "Accounts", request_body = Rows,
    responses((status = 200, body = ImportedBody)))]
pub(crate) async fn import_accounts(
    State(portal): State<Portal>,
    caller: Caller,
    Body(body): Body<Rows>,
) -> Result<Json<ImportedBody>, Problem> {
    let plan = body.plan(&portal, &caller).await?;
    let done = portal.service.import_accounts(caller.by(), &plan).await?;
    Ok(Json(ImportedBody { added: done.added, changed: done.changed, blocked: done.blocked }))
}
