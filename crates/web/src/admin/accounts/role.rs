//! Give an account a role.

use axum::extract::{Path, State};
use postern_domain::account::{Account, Role};
use postern_service::account::AccountError;

use super::{find, path_of, stop};
use crate::admin::form::{self, Field, Form, Wrong};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    form::page(&portal, &inside, question(&account, None))
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let role = Role::from_name(fields.get("role")).ok_or(Problem::Unreadable)?;
    let action = format!("{}/role", path_of(&account));
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    match portal.service.set_role(inside.by(), &account.name, role).await {
        Ok(_) => Ok(go(&format!("{}?done=role", path_of(&account)))),
        Err(AccountError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error @ AccountError::LastAdministrator) => {
            Ok(form::page(&portal, &inside, question(&account, Some(Wrong::at("role")(error))))?)
        }
        Err(error) => Err(stop(error)),
    }
}

fn question(account: &Account, error: Option<Wrong>) -> Form {
    let options = Role::ALL
        .iter()
        .map(|role| (role.name().to_owned(), role.words().to_owned(), *role == account.role))
        .collect();
    let help = "Help desk: sees why a program was refused, resets methods and passwords of members. Auditor: sees everything, changes nothing. Authentication administrator: decides how people and programs sign in. Global administrator: everything.";
    Form {
        title: format!("Role of {}", account.name),
        lead: "What the account may do for others. It counts at once, in sessions that are open too."
            .to_owned(),
        action: format!("{}/role", path_of(account)),
        back: (path_of(account), account.name.to_string()),
        button: "Change role",
        is_grave: false,
        fields: vec![Field::select("role", "Role", help, options)],
        error,
        number: None,
    }
}
