//! `GET /settings`

use axum::extract::State;
use http::Uri;
use postern_domain::setting::SettingKey;

use super::SettingBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List the settings
///
/// With the values that groups have of their own.
#[utoipa::path(get, path = "/api/v1/settings", tag = "Settings", params(PageOf),
    responses((status = 200, body = Page<SettingBody>)))]
pub(crate) async fn list_settings(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<SettingBody>, Problem> {
    let policy = portal.service.read_policy(caller.by()).await?;
    let keys = SettingKey::ALL.iter().copied().enumerate().collect();
    Page::cut(
        keys,
        First::Least,
        &asked,
        &uri,
        |(place, _)| page::by_place(*place),
        |(_, key)| SettingBody::new(key, &policy),
    )
}
