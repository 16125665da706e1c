//! The user name and the aliases of an account.

use axum::extract::{Path, State};
use postern_domain::account::{Account, AccountName, InvalidAccountName};
use postern_service::account::AccountError;

use super::{find, path_of, stop};
use crate::admin::form::{self, Field, Form, Wrong};
use crate::answer::Answer;
use crate::form::{Checked, Fields};
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let aliases = account.aliases.iter().map(AccountName::as_str).collect::<Vec<_>>().join("\n");
    let form = question(&account, account.name.to_string(), aliases, None);
    form::page(&portal, &inside, form)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let again = |error| {
        question(&account, fields.get("name").to_owned(), fields.get("aliases").to_owned(), Some(error))
    };
    let (name, aliases) = match typed(&fields) {
        Ok(typed) => typed,
        Err(wrong) => return form::page(&portal, &inside, again(wrong)),
    };
    let action = format!("{}/addresses", path_of(&account));
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    match portal.service.change_addresses(inside.by(), &account.name, name, aliases).await {
        Ok(_) => Ok(go(&format!("{}?done=addresses", path_of(&account)))),
        Err(AccountError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error @ (AccountError::AddressTaken | AccountError::TooManyAliases { .. })) => {
            let field = match error {
                AccountError::AddressTaken if account.name.as_str() != fields.get("name").trim() => "name",
                _ => "aliases",
            };
            Ok(form::page(&portal, &inside, again(Wrong::at(field)(error)))?)
        }
        Err(error) => Err(stop(error)),
    }
}

fn typed(fields: &Fields) -> Result<(AccountName, Vec<AccountName>), Wrong> {
    let aliases = fields.get("aliases").lines().map(str::trim).filter(|line| !line.is_empty());
    let aliases: Result<_, InvalidAccountName> = aliases.map(str::parse).collect();
    let name = fields.get("name").parse::<AccountName>().map_err(Wrong::at("name"))?;
    Ok((name, aliases.map_err(Wrong::at("aliases"))?))
}

fn question(account: &Account, name: String, aliases: String, error: Option<Wrong>) -> Form {
    let name_help = "Programs may sign in with this and with every alias. A grant that names the old address has to be given anew.";
    Form {
        title: format!("Addresses of {}", account.name),
        lead: String::new(),
        action: format!("{}/addresses", path_of(account)),
        back: (path_of(account), account.name.to_string()),
        button: "Save",
        is_grave: false,
        fields: vec![
            Field::text("name", "User name", name_help, name),
            Field::lines("aliases", "Aliases", "One on each line, at most 64.", aliases),
        ],
        error,
        number: None,
    }
}
