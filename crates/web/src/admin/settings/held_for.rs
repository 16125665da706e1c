//! What holds for an account, and why.

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use postern_domain::account::{Account, AccountName};
use postern_domain::setting::{Origin, SettingKey, SettingSection};
use postern_service::setting::{HeldFor, SettingError};
use serde::Deserialize;

use super::{stop, words};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::portal::sign_in::sentence;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "admin/settings_held_for.html")]
struct HeldForPage {
    chrome: Chrome,
    frame: AdminFrame,
    /// What was typed.
    account: String,
    error: Option<String>,
    held: Option<HeldView>,
}

struct HeldView {
    name: String,
    groups: Vec<String>,
    sections: Vec<(&'static str, Vec<LineView>)>,
}

/// A setting as it holds.
struct LineView {
    name: &'static str,
    title: &'static str,
    value: String,
    origin: String,
    /// Whether it is another value than the organization's.
    differs: bool,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    account: String,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let (chrome, frame) = around(&portal, &inside, paths::SETTINGS);
    let typed = asked.account.trim().to_owned();
    let mut page = HeldForPage { chrome, frame, account: typed.clone(), error: None, held: None };
    if typed.is_empty() {
        return Ok(page::ok(&page)?);
    }
    let held = match typed.parse::<AccountName>() {
        Ok(name) => portal.service.effective_settings(inside.by(), &name).await,
        Err(_) => Err(SettingError::NoSuchAccount),
    };
    match held {
        Ok(held) => page.held = Some(HeldView::new(&held)),
        Err(error @ SettingError::NoSuchAccount) => page.error = Some(sentence(&error)),
        Err(error) => return Err(stop(error)),
    }
    let status = if page.error.is_some() { StatusCode::NOT_FOUND } else { StatusCode::OK };
    Ok(page::html(status, &page)?)
}

impl HeldView {
    fn new(held: &HeldFor) -> Self {
        let HeldFor { account, .. } = held;
        let line = |key: SettingKey| LineView {
            name: key.name(),
            title: key.title(),
            value: words(key, &key.get(&held.effective.settings)),
            origin: origin(held, account, key),
            differs: key.get(&held.effective.settings) != key.get(held.policy.organization.settings()),
        };
        Self {
            name: account.name.to_string(),
            groups: account.groups.iter().map(ToString::to_string).collect(),
            sections: SettingSection::ALL
                .iter()
                .map(|section| (section.title(), section.keys().map(line).collect()))
                .collect(),
        }
    }
}

fn origin(held: &HeldFor, account: &Account, key: SettingKey) -> String {
    match held.effective.origin(key) {
        Origin::Default => "The default".to_owned(),
        Origin::Organization => "The organization".to_owned(),
        Origin::Groups(groups) => {
            let given = groups.iter().filter_map(|group| {
                let value = held.policy.groups.get(group)?.get(key)?;
                Some(format!("group {group}: {}", words(key, &value)))
            });
            let list = given.collect::<Vec<_>>().join("; ");
            let of_several =
                if account.groups.len() > 1 && groups.len() > 1 { ", the strictest" } else { "" };
            format!("{}{of_several}", list.replacen("group", "Group", 1))
        }
    }
}
