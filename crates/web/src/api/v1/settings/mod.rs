//! Settings of the organization, and values of groups.

pub(super) mod forbid_app_passwords;
pub(super) mod get;
pub(super) mod list;
pub(super) mod preview;
pub(super) mod set;
pub(super) mod set_override;
pub(super) mod unset;
pub(super) mod unset_override;

use postern_domain::account::GroupName;
use postern_domain::setting::{Policy, SettingKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::choice::Word;
use crate::api::problem::Problem;
use crate::api::v1::words::SettingNameWord;

/// A setting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Setting)]
pub(crate) struct SettingBody {
    name: SettingNameWord,
    /// The organization's value, or the default.
    #[schema(example = "10m")]
    value: String,
    /// Whether the organization has not given one, so that the default holds.
    is_default: bool,
    /// What it decides.
    summary: &'static str,
    /// What it takes.
    takes: &'static str,
    /// The values of groups, which hold for their members in its place.
    groups: Vec<GroupValue>,
}

/// A group's value of a setting.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroupValue {
    group: String,
    value: String,
}

/// A value, in the text form that the command line takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewValue {
    #[schema(example = "15m")]
    pub(super) value: String,
}

impl SettingBody {
    fn new(key: SettingKey, policy: &Policy) -> Self {
        let of_groups = policy.groups.iter().filter(|(_, values)| values.gives(key));
        Self {
            name: Word(key),
            value: key.get(policy.organization.settings()),
            is_default: !policy.organization.gives(key),
            summary: key.summary(),
            takes: key.expected(),
            groups: of_groups
                .map(|(group, values)| GroupValue {
                    group: group.to_string(),
                    value: key.get(values.settings()),
                })
                .collect(),
        }
    }
}

fn key_of(name: &str) -> Result<SettingKey, Problem> {
    SettingKey::from_name(name).ok_or_else(|| Problem::not_found("setting"))
}

fn group_of(name: &str) -> Result<GroupName, Problem> {
    name.parse().map_err(|_| Problem::not_found("group"))
}
