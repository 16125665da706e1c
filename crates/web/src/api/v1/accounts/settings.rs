//! `GET /accounts/{account}/settings`

use axum::extract::{Path, State};
use postern_domain::setting::{Origin, SettingKey};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::page::Page;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// What holds for an account, and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EffectiveSetting {
    /// The setting.
    name: &'static str,
    /// The value in force.
    value: String,
    /// Where it comes from: `default`, `organization` or `groups`.
    origin: &'static str,
    /// The groups that give it; the strictest of their values holds.
    groups: Vec<String>,
}

/// List the settings that hold for an account
///
/// With where each value comes from.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/settings", tag = "Settings",
    responses((status = 200, body = Page<EffectiveSetting>)))]
pub(crate) async fn list_effective_settings(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
) -> Result<Page<EffectiveSetting>, Problem> {
    let name = super::name_of(&portal, &caller, &account).await?;
    let held = portal.service.effective_settings(caller.by(), &name).await?;
    Ok(Page::whole(SettingKey::ALL.iter().map(|key| {
        let (origin, groups) = match held.effective.origin(*key) {
            Origin::Default => ("default", Vec::new()),
            Origin::Organization => ("organization", Vec::new()),
            Origin::Groups(groups) => ("groups", groups.iter().map(ToString::to_string).collect()),
        };
        EffectiveSetting { name: key.name(), value: key.get(&held.effective.settings), origin, groups }
    })))
}
