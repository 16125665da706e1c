//! `GET /accounts/{account}/app-passwords`

use axum::extract::{Path, State};
use http::Uri;
use postern_domain::app_password::AppPassword;
use postern_service::app_password::AppPasswordPlace;

use super::AppPasswordBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page, PageOf};
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// List the app passwords of an account
///
/// Newest first, the revoked ones too.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/app-passwords", tag = "App passwords", params(PageOf),
    responses((status = 200, body = Page<AppPasswordBody>)))]
pub(crate) async fn list_app_passwords(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<AppPasswordBody>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let limit = page::limit(asked.limit)?;
    let after = page::after(asked.cursor.as_deref(), &uri)?;
    let rows = portal.service.list_app_passwords(caller.by(), &name, after, limit + 1).await?;
    let now = portal.now();
    let end = |app_password: &AppPassword| AppPasswordPlace::of(app_password).to_string();
    Ok(Page::of(rows, limit, &uri, end, |app_password| AppPasswordBody::new(&app_password, now)))
}
