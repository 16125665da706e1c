//! The settings: every one with what holds, and where it comes from.

pub(crate) mod change;
pub(crate) mod held_for;
mod input;
pub(crate) mod setting;

use askama::Template;
use axum::extract::{Query, State};
use postern_domain::account::Permission;
use postern_domain::app_password::CompatibleProfiles;
use postern_domain::door::DoorSet;
use postern_domain::setting::{Policy, SettingKey, SettingSection, Settings};
use postern_service::setting::SettingError;

use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::portal::notice::Done;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{door_label, profile_title};

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct SettingsPage {
    chrome: Chrome,
    frame: AdminFrame,
    notice: Option<&'static str>,
    sections: Vec<SectionView>,
    may_change: bool,
}

struct SectionView {
    title: &'static str,
    settings: Vec<SettingView>,
}

/// A setting as a line of the list.
struct SettingView {
    name: &'static str,
    title: &'static str,
    summary: &'static str,
    value: String,
    /// Whether the organization gives it; otherwise it is the default.
    given: bool,
    /// The groups with a value of their own.
    groups: Vec<(String, String)>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(done): Query<Done>) -> Answer {
    let policy = portal.service.read_policy(inside.by()).await.map_err(stop)?;
    let (chrome, frame) = around(&portal, &inside, paths::SETTINGS);
    let section = |section: &SettingSection| SectionView {
        title: section.title(),
        settings: section.keys().map(|key| SettingView::new(key, &policy)).collect(),
    };
    let page = SettingsPage {
        chrome,
        frame,
        notice: done.notice(),
        sections: SettingSection::ALL.iter().map(section).collect(),
        may_change: inside.account().role.may(Permission::ChangeSettings),
    };
    Ok(page::ok(&page)?)
}

impl SettingView {
    fn new(key: SettingKey, policy: &Policy) -> Self {
        let own = policy.groups.iter();
        Self {
            name: key.name(),
            title: key.title(),
            summary: key.summary(),
            value: words(key, &key.get(policy.organization.settings())),
            given: policy.organization.gives(key),
            groups: own
                .filter_map(|(group, values)| Some((group.to_string(), words(key, &values.get(key)?))))
                .collect(),
        }
    }
}

/// A value as people read it.
fn words(key: SettingKey, value: &str) -> String {
    match (key, value) {
        (_, "true") => "Yes".to_owned(),
        (_, "false") => "No".to_owned(),
        (SettingKey::AccountPasswordsAtDoors, "follow-mfa-state") => "As the MFA state says".to_owned(),
        (SettingKey::AccountPasswordsAtDoors, "never") => "Never".to_owned(),
        (SettingKey::AllowedScopes, "all") => "Every door".to_owned(),
        (SettingKey::LongestExpiry | SettingKey::LongestIdleExpiry, "none") => "Not asked for".to_owned(),
        (_, "none") => "None".to_owned(),
        (SettingKey::RememberBrowser, "off") => "Off".to_owned(),
        (SettingKey::MfaStateOfNewAccounts, state) => state[..1].to_uppercase() + &state[1..],
        (SettingKey::AllowedScopes | SettingKey::DoorsOff | SettingKey::DoorsReportOnly, doors) => {
            doors_words(doors)
        }
        (SettingKey::CompatibleProfiles, profiles) => profiles_words(profiles),
        _ => span_words(value).unwrap_or_else(|| value.to_owned()),
    }
}

/// Doors as everywhere else on the pages.
fn doors_words(value: &str) -> String {
    let Ok(doors) = value.parse::<DoorSet>() else { return value.to_owned() };
    doors.iter().map(door_label).collect::<Vec<_>>().join(", ")
}

/// Forms of a secret as on the form that offers them.
fn profiles_words(value: &str) -> String {
    let Ok(profiles) = value.parse::<CompatibleProfiles>() else { return value.to_owned() };
    profiles.iter().map(profile_title).collect::<Vec<_>>().join("; ")
}

/// `90d` as `90 days`: in the unit in which it was given, for a limit must not be rounded.
fn span_words(value: &str) -> Option<String> {
    postern_domain::setting::parse_span(value).ok()?;
    let (number, unit) = value.split_at_checked(value.len() - 1)?;
    let unit = match unit {
        "d" => "day",
        "h" => "hour",
        "m" => "minute",
        _ => "second",
    };
    Some(format!("{number} {unit}{}", if number == "1" { "" } else { "s" }))
}

/// The default in words.
fn default_words(key: SettingKey) -> String {
    words(key, &key.get(&Settings::default()))
}

/// What a setting's failure is as a page. Wrong values are shown with the form.
fn stop(error: SettingError) -> Stop {
    match error {
        SettingError::Failure(failure) => failure.into(),
        SettingError::NotAllowed => Problem::NotAllowed.into(),
        _ => Problem::NoSuchPage.into(),
    }
}
