//! Reset an account password.

use axum::extract::{Path, State};
use postern_domain::account::Account;
use postern_domain::account::password::AccountPassword;
use postern_service::account::{AccountError, SetAccountPasswordError};

use super::{find, not_own, path_of, stop};
use crate::admin::form::{self, Field, Form, Wrong};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    not_own(&inside, &account)?;
    // Asked before it is typed, because a password never travels through the question.
    let inside = step_up::confirm_before(&portal, inside, &format!("{}/password", path_of(&account))).await?;
    form::page(&portal, &inside, question(&account, true, None))
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let revoke = fields.find("revoke").is_some();
    let again = |error| question(&account, revoke, Some(error));
    if fields.get("password") != fields.get("repeated") {
        return form::page(&portal, &inside, again(differ()));
    }
    let password = AccountPassword::typed(fields.get("password"));
    match portal.service.set_account_password(inside.by(), &account.name, password, revoke).await {
        Ok(_) => Ok(go(&format!("{}?done=password", path_of(&account)))),
        Err(SetAccountPasswordError::Account(AccountError::StepUpNeeded)) => {
            step_up::ask_before(&portal, &inside, &format!("{}/password", path_of(&account))).await
        }
        Err(SetAccountPasswordError::Account(error)) => Err(stop(error)),
        Err(error) => Ok(form::page(&portal, &inside, again(Wrong::at("password")(error)))?),
    }
}

fn differ() -> Wrong {
    Wrong { field: "repeated", text: "The two passwords differ: type the same one twice.".to_owned() }
}

fn question(account: &Account, revoke: bool, error: Option<Wrong>) -> Form {
    Form {
        title: format!("Reset the password of {}", account.name),
        lead: "Every browser of the account is signed out. Tell its owner the new password in person, and to change it.".to_owned(),
        action: format!("{}/password", path_of(account)),
        back: (path_of(account), account.name.to_string()),
        button: "Reset password",
        is_grave: false,
        fields: vec![
            Field::password("password", "New password", ""),
            Field::password("repeated", "New password again", ""),
            Field::tick(
                "revoke",
                "Also revoke this account\u{2019}s app passwords and API tokens",
                "Whoever knew the password may have made some. Its programs stop until they have new ones.",
                revoke,
            ),
        ],
        error,
        number: None,
    }
}
