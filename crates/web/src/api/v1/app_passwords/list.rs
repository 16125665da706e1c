//! `GET /accounts/{account}/app-passwords`

use axum::extract::{Path, State};

use super::AppPasswordBody;
use crate::api::endpoint::Caller;
use crate::api::page::Page;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// List the app passwords of an account
///
/// Newest first, the revoked ones too.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/app-passwords", tag = "App passwords",
    responses((status = 200, body = Page<AppPasswordBody>)))]
pub(crate) async fn list_app_passwords(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
) -> Result<Page<AppPasswordBody>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let found = portal.service.list_app_passwords(caller.by(), &name).await?;
    let now = portal.now();
    Ok(Page::whole(found.iter().map(|app_password| AppPasswordBody::new(app_password, now))))
}
