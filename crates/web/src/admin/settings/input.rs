//! The form field of a setting: by what it takes.

use postern_domain::app_password::{CompatibleProfiles, Profile};
use postern_domain::door::{Door, DoorSet};
use postern_domain::setting::SettingKey;

use super::words;
use crate::form::Fields;
use crate::view::{door_label, profile_title};

/// The field.
pub(super) enum Input {
    /// One of few: value, words, chosen.
    Choice(Vec<(&'static str, String, bool)>),
    /// Some of the doors, or of what else the title says: name, words, chosen.
    Several(&'static str, Vec<(&'static str, &'static str, bool)>),
    /// Anything that is checked afterwards.
    Text(String),
}

/// The name of the field.
const VALUE: &str = "value";

impl Input {
    /// The field with this value in it.
    pub(super) fn new(key: SettingKey, value: &str) -> Self {
        if takes_doors(key) {
            let chosen = match value {
                "all" => DoorSet::all(),
                value => value.parse().unwrap_or(DoorSet::EMPTY),
            };
            let door = |door: &Door| (door.name(), door_label(*door), chosen.contains(*door));
            return Self::Several("Doors", Door::ALL.iter().map(door).collect());
        }
        if key == SettingKey::CompatibleProfiles {
            let chosen = value.parse().unwrap_or(CompatibleProfiles::NONE);
            let all: CompatibleProfiles = Profile::ALL.iter().copied().collect();
            let profile = |profile: Profile| (profile.name(), profile_title(profile), chosen.allow(profile));
            return Self::Several("Forms besides the standard one", all.iter().map(profile).collect());
        }
        match choices(key) {
            [] => Self::Text(value.to_owned()),
            choices => Self::Choice(
                choices.iter().map(|choice| (*choice, words(key, choice), *choice == value)).collect(),
            ),
        }
    }

    /// What was chosen in it, as the text of the setting.
    pub(super) fn read(key: SettingKey, fields: &Fields) -> String {
        if !takes_doors(key) && key != SettingKey::CompatibleProfiles {
            return fields.get(VALUE).trim().to_owned();
        }
        let chosen: Vec<&str> = fields.all(VALUE).collect();
        match (key, chosen.len()) {
            (SettingKey::AllowedScopes, count) if count == Door::ALL.len() => "all".to_owned(),
            (_, 0) => "none".to_owned(),
            _ => chosen.join(", "),
        }
    }
}

const fn takes_doors(key: SettingKey) -> bool {
    matches!(key, SettingKey::DoorsOff | SettingKey::DoorsReportOnly | SettingKey::AllowedScopes)
}

const fn choices(key: SettingKey) -> &'static [&'static str] {
    match key {
        SettingKey::AccountPasswordsAtDoors => &["follow-mfa-state", "never"],
        SettingKey::MfaStateOfNewAccounts => &["disabled", "enabled", "enforced"],
        SettingKey::AppPasswordsAtDoors
        | SettingKey::UsersMayCreateAppPasswords
        | SettingKey::NetworksRequired
        | SettingKey::SlowHashForAppPasswords
        | SettingKey::TextMessageCodes
        | SettingKey::EMailCodes => &["true", "false"],
        _ => &[],
    }
}
