//! Add an account.

use axum::extract::State;
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, AccountName, Role};
use postern_domain::mfa::MfaState;
use postern_service::account::{AddAccount, AddAccountError};

use super::{mfa_words, path_of};
use crate::admin::form::{self, Field, Form, Wrong};
use crate::admin::paths;
use crate::answer::Answer;
use crate::form::{Checked, Fields};
use crate::page::go;
use crate::portal::{Portal, sentence, step_up};
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    // Asked before anything is typed, because a password never travels through the question.
    let inside = step_up::confirm_before(&portal, inside, paths::ADD_ACCOUNT).await?;
    form::page(&portal, &inside, question(&Fields::default(), None))
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let inside = step_up::confirm_if_answered(&portal, inside, &fields, paths::ADD_ACCOUNT).await?;
    let again = |error| form::page(&portal, &inside, question(&fields, Some(error)));
    let new = match typed(&fields) {
        Ok(new) => new,
        Err(error) => return again(error),
    };
    match portal.service.add_account(inside.by(), new).await {
        Ok(account) => Ok(go(&format!("{}?done=added", path_of(&account)))),
        Err(AddAccountError::Failure(failure)) => Err(failure.into()),
        Err(AddAccountError::NotAllowed) => Err(Problem::NotAllowed.into()),
        Err(AddAccountError::StepUpNeeded) if fields.get("password").is_empty() => {
            step_up::ask(&portal, &inside, &fields, paths::ADD_ACCOUNT).await
        }
        Err(AddAccountError::StepUpNeeded) => step_up::ask_before(&portal, &inside, paths::ADD_ACCOUNT).await,
        Err(error) => Ok(again(Wrong { field: field_of(&error, &fields), text: sentence(&error) })?),
    }
}

/// The field that an error is about, as far as it is one's.
fn field_of(error: &AddAccountError, fields: &Fields) -> &'static str {
    match error {
        AddAccountError::TooManyAliases { .. } => "aliases",
        AddAccountError::UnfitPassword(_) => "password",
        AddAccountError::AddressTaken if fields.get("aliases").trim().is_empty() => "name",
        _ => "",
    }
}

fn typed(fields: &Fields) -> Result<AddAccount, Wrong> {
    let aliases = fields.get("aliases").lines().map(str::trim).filter(|line| !line.is_empty());
    let aliases: Result<Vec<AccountName>, _> = aliases.map(str::parse).collect();
    let password = fields.get("password");
    Ok(AddAccount {
        name: fields.get("name").parse().map_err(Wrong::at("name"))?,
        aliases: aliases.map_err(Wrong::at("aliases"))?,
        kind: match fields.get("kind") {
            "service-account" => AccountKind::ServiceAccount,
            _ => AccountKind::Person,
        },
        role: Role::from_name(fields.get("role")).unwrap_or(Role::Member),
        mfa: fields.get("mfa").parse().ok(),
        password: (!password.is_empty()).then(|| AccountPassword::typed(password)),
    })
}

fn question(fields: &Fields, error: Option<Wrong>) -> Form {
    let option = |field: &str, value: &str, words: &str| {
        (value.to_owned(), words.to_owned(), fields.get(field) == value)
    };
    let roles = Role::ALL.iter().map(|role| option("role", role.name(), role.words())).collect();
    let mut states = vec![option("mfa", "", "As the settings say")];
    states.extend(MfaState::ALL.iter().map(|state| option("mfa", state.name(), mfa_words(*state))));
    let kinds =
        vec![option("kind", "person", "Person"), option("kind", "service-account", "Service account")];
    Form {
        title: "Add an account".to_owned(),
        lead: String::new(),
        action: paths::ADD_ACCOUNT.to_owned(),
        back: (paths::ACCOUNTS.to_owned(), "Accounts".to_owned()),
        button: "Add account",
        is_grave: false,
        fields: vec![
            Field::text("name", "User name", "An e-mail address.", fields.get("name").to_owned()),
            Field::lines(
                "aliases",
                "Aliases",
                "Further addresses, one on each line.",
                fields.get("aliases").to_owned(),
            ),
            Field::select(
                "kind",
                "Kind",
                "A service account belongs to a program; administrators keep its app passwords.",
                kinds,
            ),
            Field::select("role", "Role", "", roles),
            Field::select("mfa", "MFA state", "", states),
            Field::password(
                "password",
                "Password",
                "Empty: nobody can sign in to the portal with the account until it has one.",
            ),
        ],
        error,
        number: None,
    }
}
