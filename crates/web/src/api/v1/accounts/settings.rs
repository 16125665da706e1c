//! `GET /accounts/{account}/settings`

use axum::extract::{Path, State};
use http::Uri;
use postern_domain::setting::{Origin, SettingKey};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::Asked;
use crate::api::choice::{Word, choice};
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::api::v1::words::SettingNameWord;
use crate::portal::Portal;

choice! {
    /// Who gives a value.
    enum GivenBy as SettingOriginWord { Default = "default", Organization = "organization", Groups = "groups" }
}

/// What holds for an account, and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EffectiveSetting {
    /// The setting.
    name: SettingNameWord,
    /// The value in force.
    value: String,
    /// Where it comes from.
    origin: SettingOriginWord,
    /// The groups that give it; the strictest of their values holds.
    groups: Vec<String>,
}

/// List the settings that hold for an account
///
/// With where each value comes from.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/settings", tag = "Settings", params(PageOf),
    responses((status = 200, body = Page<EffectiveSetting>)))]
pub(crate) async fn list_effective_settings(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<EffectiveSetting>, Problem> {
    let name = super::name_of(&portal, &caller, &account).await?;
    let held = portal.service.effective_settings(caller.by(), &name).await?;
    let keys = SettingKey::ALL.iter().copied().enumerate().collect();
    Page::cut(
        keys,
        First::Least,
        &asked,
        &uri,
        |(place, _)| page::by_place(*place),
        |(_, key)| {
            let (origin, groups) = match held.effective.origin(key) {
                Origin::Default => (GivenBy::Default, Vec::new()),
                Origin::Organization => (GivenBy::Organization, Vec::new()),
                Origin::Groups(groups) => (GivenBy::Groups, groups.iter().map(ToString::to_string).collect()),
            };
            EffectiveSetting {
                name: Word(key),
                value: key.get(&held.effective.settings),
                origin: Word(origin),
                groups,
            }
        },
    )
}
