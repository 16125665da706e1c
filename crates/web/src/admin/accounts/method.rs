//! Delete an authentication method of somebody who lost it, after a question that says what goes with it.

use axum::extract::{Path, State};
use postern_domain::account::Account;
use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MfaState};
use postern_service::account::{AccountDetails, AccountError};

use super::{find, not_own, path_of, stop};
use crate::admin::form::{self, Form};
use crate::answer::{Answer, Stop};
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path((id, method)): Path<(String, String)>,
) -> Answer {
    let details = find(&portal, &inside, &id).await?;
    if !inside.account().role.may_act_on(details.account.role) {
        return Err(Problem::NotAllowed.into());
    }
    not_own(&inside, &details.account)?;
    let method = method_of(&details, &method)?;
    let is_last = details.methods.len() == 1;
    form::page(&portal, &inside, question(&details.account, method, is_last))
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path((id, method)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Answer {
    let details = find(&portal, &inside, &id).await?;
    let account = &details.account;
    let method = method_of(&details, &method)?.id;
    let action = action(account, method);
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    match portal.service.delete_method_of(inside.by(), &account.name, method).await {
        Ok(()) => Ok(go(&format!("{}?done=method", path_of(account)))),
        Err(AccountError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error) => Err(stop(error)),
    }
}

/// A method of that account; any other is no page.
fn method_of<'d>(details: &'d AccountDetails, id: &str) -> Result<&'d AuthenticationMethod, Stop> {
    let id: MethodId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    Ok(details.methods.iter().find(|method| method.id == id).ok_or(Problem::NoSuchPage)?)
}

fn action(account: &Account, method: MethodId) -> String {
    format!("{}/methods/{method}/delete", path_of(account))
}

fn question(account: &Account, method: &AuthenticationMethod, is_last: bool) -> Form {
    let mut lead = format!(
        "This method ({}) lets nobody in any more. Every browser of the account is signed out, and none is remembered. Its owner is told.",
        method.kind.words().to_lowercase()
    );
    if is_last {
        lead.push_str(" It is the last method, so the recovery codes are deleted with it");
        lead.push_str(match account.mfa {
            MfaState::Disabled => ".",
            MfaState::Enabled | MfaState::Enforced => {
                ", and the owner has to register another at the next browser sign-in."
            }
        });
    }
    Form {
        title: format!("Delete {} of {}", method.label, account.name),
        lead,
        action: action(account, method.id),
        back: (path_of(account), account.name.to_string()),
        button: "Delete",
        is_grave: true,
        fields: Vec::new(),
        error: None,
        number: None,
    }
}
