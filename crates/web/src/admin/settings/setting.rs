//! One setting: the organization's value, and what groups have in its place.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::account::Permission;
use postern_domain::setting::SettingKey;

use super::input::Input;
use super::{default_words, stop, words};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "admin/setting.html")]
struct SettingPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    name: &'static str,
    title: &'static str,
    summary: &'static str,
    /// What it takes, as a sentence.
    takes: String,
    value: String,
    default: String,
    given: bool,
    input: Input,
    /// For the value of a group.
    blank: Input,
    groups: Vec<(String, String)>,
    for_groups: bool,
    may_change: bool,
    /// The field that something is wrong with, and what.
    wrong: Option<(&'static str, String)>,
    group: String,
}

impl SettingPage {
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, text)| text.as_str())
    }
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(name): Path<String>) -> Answer {
    let key = SettingKey::from_name(&name).ok_or(Problem::NoSuchPage)?;
    page(&portal, &inside, key, None).await
}

/// What was wrong with a form, and what was typed.
pub(super) struct Wrong {
    /// `value`, or of a group `group` and `group-value`.
    pub(super) field: &'static str,
    pub(super) error: String,
    pub(super) group: String,
    pub(super) value: String,
}

pub(super) async fn page(
    portal: &Portal,
    inside: &Inside,
    key: SettingKey,
    wrong: Option<Wrong>,
) -> Result<Response, Stop> {
    let policy = portal.service.read_policy(inside.by()).await.map_err(stop)?;
    let (chrome, frame) = around(portal, inside, paths::SETTINGS);
    let value = key.get(policy.organization.settings());
    let own = policy.groups.iter();
    let typed = wrong.as_ref();
    let for_group = typed.is_some_and(|wrong| !wrong.group.is_empty());
    let typed_value = |of_group: bool| {
        typed.filter(|_| for_group == of_group).map_or(value.as_str(), |wrong| wrong.value.as_str())
    };
    let page = SettingPage {
        chrome,
        frame,
        token: inside.token.clone(),
        name: key.name(),
        title: key.title(),
        summary: key.summary(),
        takes: key.expected().replacen("it takes", "It takes", 1),
        value: words(key, &value),
        default: default_words(key),
        given: policy.organization.gives(key),
        input: Input::new(key, typed_value(false)),
        blank: Input::new(key, typed_value(true)),
        groups: own
            .filter_map(|(group, values)| Some((group.to_string(), words(key, &values.get(key)?))))
            .collect(),
        for_groups: key.is_for_groups(),
        may_change: inside.account().role.may(Permission::ChangeSettings),
        group: typed.map(|wrong| wrong.group.clone()).unwrap_or_default(),
        wrong: wrong.map(|wrong| (wrong.field, wrong.error)),
    };
    let status = if page.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::html(status, &page)?)
}
