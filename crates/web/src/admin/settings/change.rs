//! Change a setting, after a page that says what stops where something does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::Timestamp;
use postern_domain::account::GroupName;
use postern_domain::setting::SettingKey;
use postern_domain::text::counted;
use postern_service::inventory::{CredentialKind, CredentialSort, MOST_COUNTED};
use postern_service::setting::{LockedOut, SettingError, SettingPreview};

use super::input::Input;
use super::setting::{self, Wrong};
use super::{default_words, stop, words};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken, TOKEN_FIELD};
use crate::page::{self, Chrome, go};
use crate::portal::sign_in::sentence;
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{Moment, door_label};

#[derive(Template)]
#[template(path = "admin/setting_confirm.html")]
struct ConfirmPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    heading: &'static str,
    name: &'static str,
    title: &'static str,
    group: Option<String>,
    before: String,
    after: String,
    stops: Vec<StopView>,
    /// Whether a rehearsal in report-only mode would help: not where it is that mode which ends.
    may_rehearse: bool,
    /// How many app passwords could be revoked in the same step.
    revocable: Option<String>,
    locked_out: Option<LockedOutView>,
    /// What travels along.
    fields: Vec<(String, String)>,
}

struct StopView {
    door: &'static str,
    credential: &'static str,
    sign_ins: u64,
    named: Vec<StoppedView>,
    /// The inventory, filtered to all of them.
    all: String,
    more: bool,
}

/// A program that stops.
struct StoppedView {
    account: String,
    name: Option<String>,
    address: String,
    at: Moment,
}

/// Accounts that could give no second factor any more.
struct LockedOutView {
    count: String,
    is_one: bool,
    /// The address of each one's page, and its name.
    named: Vec<(String, String)>,
    more: bool,
    /// Whether an identity provider may give the second factor instead.
    has_providers: bool,
}

/// What a form asks for.
struct Change {
    key: SettingKey,
    group: Option<GroupName>,
    /// None: the value is taken back.
    value: Option<String>,
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(name): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let key = SettingKey::from_name(&name).ok_or(Problem::NoSuchPage)?;
    let change = match Change::read(key, &fields) {
        Ok(change) => change,
        Err(error) => return wrong(&portal, &inside, key, &fields, "group", error).await,
    };
    let Change { group, value, .. } = &change;
    let preview = portal.service.preview_setting(inside.by(), group.as_ref(), key, value.as_deref()).await;
    let preview = match preview {
        Ok(preview) => preview,
        Err(SettingError::Invalid(invalid)) => {
            let field = if group.is_some() { "group-value" } else { "value" };
            let text = match invalid.value.is_empty() {
                true => format!("Nothing was typed: {}.", invalid.expected),
                false => format!("`{}` is not possible: {}.", invalid.value, invalid.expected),
            };
            return wrong(&portal, &inside, key, &fields, field, text).await;
        }
        Err(error @ SettingError::NotForGroups { .. }) => {
            return wrong(&portal, &inside, key, &fields, "group", sentence(&error)).await;
        }
        Err(error) => return Err(stop(error)),
    };
    if preview.needs_confirmation() && fields.get("confirmed") != "yes" {
        return confirm(&portal, &inside, &change, &preview, &fields);
    }
    let action = paths::change_setting(key.name());
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    let done = change.make(&portal, &inside, fields.get("revoke") == "yes").await;
    match done {
        Ok(word) => Ok(go(&format!("{}?done={word}", paths::SETTINGS))),
        Err(SettingError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error) => Err(stop(error)),
    }
}

impl Change {
    fn read(key: SettingKey, fields: &Fields) -> Result<Self, String> {
        let group = match fields.find("group") {
            None => None,
            Some(group) => Some(group.parse().map_err(|error| sentence(&error))?),
        };
        let value = (fields.get("deed") != "take-back").then(|| Input::read(key, fields));
        Ok(Self { key, group, value })
    }

    /// Gives the word for what was done.
    async fn make(
        &self,
        portal: &Portal,
        inside: &Inside,
        revoke: bool,
    ) -> Result<&'static str, SettingError> {
        let (service, by) = (&portal.service, inside.by());
        match (&self.group, self.value.as_deref()) {
            (group, Some("false")) if revoke && self.key == SettingKey::UsersMayCreateAppPasswords => {
                service.forbid_app_passwords(by, group.as_ref()).await?;
                return Ok("setting-changed-and-revoked");
            }
            (None, Some(value)) => drop(service.change_setting(by, self.key, value).await?),
            (None, None) => drop(service.unset_setting(by, self.key).await?),
            (Some(group), Some(value)) => drop(service.set_override(by, group, self.key, value).await?),
            (Some(group), None) => drop(service.unset_override(by, group, self.key).await?),
        }
        Ok("setting-changed")
    }
}

async fn wrong(
    portal: &Portal,
    inside: &Inside,
    key: SettingKey,
    fields: &Fields,
    field: &'static str,
    error: String,
) -> Result<Response, Stop> {
    let (group, value) = (fields.get("group").to_owned(), Input::read(key, fields));
    setting::page(portal, inside, key, Some(Wrong { field, error, group, value })).await
}

fn confirm(
    portal: &Portal,
    inside: &Inside,
    change: &Change,
    preview: &SettingPreview,
    fields: &Fields,
) -> Answer {
    let (chrome, frame) = around(portal, inside, paths::SETTINGS);
    let key = change.key;
    let shown = |value: &Option<String>| match (value, &change.group) {
        (Some(value), _) => words(key, value),
        (None, None) => format!("{} (the default)", default_words(key)),
        (None, Some(_)) => "none of its own".to_owned(),
    };
    let stops = preview.stops.iter().map(|stop| StopView::new(stop, portal.now()));
    let page = ConfirmPage {
        chrome,
        frame,
        token: inside.token.clone(),
        heading: match preview.locked_out.count {
            0 => "Something will stop",
            _ => "Somebody will be locked out",
        },
        name: key.name(),
        title: key.title(),
        group: change.group.as_ref().map(ToString::to_string),
        before: shown(&preview.before),
        after: shown(&preview.after),
        stops: stops.collect(),
        may_rehearse: key != SettingKey::DoorsReportOnly,
        revocable: preview.revocable.filter(|count| *count > 0).map(|count| match count {
            1 => counted(1, "app password"),
            count => format!("{} app passwords", shown_count(count)),
        }),
        locked_out: LockedOutView::new(&preview.locked_out, !portal.service.identity_providers().is_empty()),
        fields: fields.without(&[TOKEN_FIELD, "confirmed", "revoke"]),
    };
    Ok(page::ok(&page)?)
}

fn shown_count(count: u64) -> String {
    if count > MOST_COUNTED { "more than 10,000".to_owned() } else { count.to_string() }
}

impl LockedOutView {
    fn new(locked_out: &LockedOut, has_providers: bool) -> Option<Self> {
        let named =
            locked_out.named.iter().map(|(id, name)| (format!("{}/{id}", paths::ACCOUNTS), name.to_string()));
        (locked_out.count > 0).then(|| Self {
            count: shown_count(locked_out.count),
            is_one: locked_out.count == 1,
            more: locked_out.count > locked_out.named.len() as u64,
            named: named.collect(),
            has_providers,
        })
    }
}

impl StopView {
    fn new(stop: &postern_service::setting::StoppedSignIns, now: Timestamp) -> Self {
        let (credential, kind) = match stop.credential {
            CredentialSort::AccountPassword => ("the account password", CredentialKind::AccountPassword),
            _ => ("an app password", CredentialKind::AppPassword),
        };
        let named = stop.named.iter().map(|stopped| StoppedView {
            account: stopped.account.to_string(),
            name: stopped.name.clone(),
            address: stopped.address.to_string(),
            at: Moment::new(stopped.at, now),
        });
        Self {
            door: door_label(stop.door),
            credential,
            sign_ins: stop.sign_ins,
            named: named.collect(),
            all: format!("{}?kind={}&door={}", paths::INVENTORY, kind.name(), stop.door.name()),
            more: stop.more,
        }
    }
}
