//! The groups of an account.

use axum::extract::{Path, State};
use postern_domain::account::{Account, GroupName};
use postern_service::account::AccountError;

use super::{find, path_of, stop};
use crate::admin::form::{self, Field, Form, Wrong};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    form::page(&portal, &inside, question(&account, joined(&account), None))
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let typed = fields.get("groups");
    let groups: Result<Vec<GroupName>, _> =
        typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::parse).collect();
    let groups = match groups {
        Ok(groups) => groups,
        Err(error) => {
            let form = question(&account, typed.to_owned(), Some(Wrong::at("groups")(error)));
            return form::page(&portal, &inside, form);
        }
    };
    let action = format!("{}/groups", path_of(&account));
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    match change(&portal, &inside, &account, &groups).await {
        Ok(()) => Ok(go(&format!("{}?done=groups", path_of(&account)))),
        Err(AccountError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error @ AccountError::TooManyGroups { .. }) => {
            let form = question(&account, typed.to_owned(), Some(Wrong::at("groups")(error)));
            Ok(form::page(&portal, &inside, form)?)
        }
        Err(error) => Err(stop(error)),
    }
}

async fn change(
    portal: &Portal,
    inside: &Inside,
    account: &Account,
    groups: &[GroupName],
) -> Result<(), AccountError> {
    for group in account.groups.iter().filter(|group| !groups.contains(group)) {
        portal.service.remove_from_group(inside.by(), &account.name, group).await?;
    }
    for group in groups.iter().filter(|group| !account.groups.contains(group)) {
        portal.service.add_to_group(inside.by(), &account.name, group.clone()).await?;
    }
    Ok(())
}

fn joined(account: &Account) -> String {
    account.groups.iter().map(GroupName::as_str).collect::<Vec<_>>().join("\n")
}

fn question(account: &Account, typed: String, error: Option<Wrong>) -> Form {
    Form {
        title: format!("Groups of {}", account.name),
        lead: "Settings, impersonation grants and reports go by groups.".to_owned(),
        action: format!("{}/groups", path_of(account)),
        back: (path_of(account), account.name.to_string()),
        button: "Save",
        is_grave: false,
        fields: vec![Field::lines(
            "groups",
            "Groups",
            "One on each line. A new name makes a new group.",
            typed,
        )],
        error,
        number: None,
    }
}
