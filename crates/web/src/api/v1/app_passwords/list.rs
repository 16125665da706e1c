//! `GET /accounts/{account}/app-passwords`

use axum::extract::{Path, State};
use http::Uri;
use postern_domain::app_password::AppPassword;

use super::AppPasswordBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
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
    let found = portal.service.list_app_passwords(caller.by(), &name).await?;
    let now = portal.now();
    let key = |app_password: &AppPassword| page::by_time(app_password.created.at, app_password.id);
    Page::cut(found, First::Greatest, &asked, &uri, key, |app_password| {
        AppPasswordBody::new(&app_password, now)
    })
}
