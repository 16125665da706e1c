//! Give an account a role.

use axum::extract::{Path, State};
use postern_domain::account::{Account, Role};
use postern_service::account::AccountError;

use super::{find, own, path_of, stop};
use crate::admin::form::{self, Field, Form, Wrong};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, paths, step_up};
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    form::page(&portal, &inside, question(&inside, &account, None))
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
    let is_own = own(&inside, &account);
    match portal.service.set_role(inside.by(), &account.name, role).await {
        // Nothing of the admin area may be open to them any more.
        Ok(_) if is_own => Ok(go(&format!("{}?done=own-role", paths::SECURITY_INFO))),
        Ok(_) => Ok(go(&format!("{}?done=role", path_of(&account)))),
        Err(AccountError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error @ AccountError::LastAdministrator) => {
            Ok(form::page(&portal, &inside, question(&inside, &account, Some(Wrong::at("role")(error))))?)
        }
        Err(error) => Err(stop(error)),
    }
}

fn question(inside: &Inside, account: &Account, error: Option<Wrong>) -> Form {
    let options = Role::ALL
        .iter()
        .map(|role| (role.name().to_owned(), role.words().to_owned(), *role == account.role))
        .collect();
    let help = "Help desk: sees why a program was refused, resets methods and passwords of members. Auditor: sees everything, changes nothing. Authentication administrator: decides how people and programs sign in. Global administrator: everything.";
    let lead = if own(inside, account) {
        "This is your own account. What the new role does not allow you lose at once, and only another global administrator gives it back."
    } else {
        "What the account may do for others. It counts at once, in sessions that are open too."
    };
    Form {
        title: format!("Role of {}", account.name),
        lead: lead.to_owned(),
        action: format!("{}/role", path_of(account)),
        back: (path_of(account), account.name.to_string()),
        button: "Change role",
        is_grave: false,
        fields: vec![Field::select("role", "Role", help, options)],
        error,
        number: None,
    }
}
