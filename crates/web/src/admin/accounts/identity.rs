//! Unlink an account from who its owner is at an outside identity provider, after a question.

use axum::extract::{Path, State};
use postern_domain::account::Account;
use postern_domain::id::OutsideIdentityId;
use postern_service::outside::{LinkedIdentity, UnlinkIdentityError};

use super::{find, path_of};
use crate::admin::form::{self, Form, Wrong};
use crate::answer::{Answer, Stop};
use crate::form::Checked;
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{Moment, actor};

/// A link on an account's page.
pub(crate) struct IdentityRow {
    pub(crate) id: String,
    pub(crate) label: String,
    /// None: the provider is not configured any more.
    pub(crate) provider: Option<String>,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) linked: Moment,
    pub(crate) linked_by: String,
    pub(crate) last_used: Option<Moment>,
}

/// The links of an account.
pub(super) async fn rows(
    portal: &Portal,
    inside: &Inside,
    account: &Account,
) -> Result<Vec<IdentityRow>, Stop> {
    let now = portal.now();
    let row = |linked: LinkedIdentity| IdentityRow {
        id: linked.identity.id.to_string(),
        label: linked.identity.label,
        provider: linked.provider.map(|(_, label)| label),
        issuer: linked.identity.issuer,
        subject: linked.identity.subject.to_string(),
        linked: Moment::new(linked.identity.linked_at, now),
        linked_by: actor(&linked.identity.linked_by).to_owned(),
        last_used: linked.identity.last_used_at.map(|at| Moment::new(at, now)),
    };
    let links = portal.service.outside_identities_of(inside.by(), &account.name).await;
    match links {
        Ok(links) => Ok(links.into_iter().map(row).collect()),
        // A deleted account has no name by which to ask, and no links.
        Err(UnlinkIdentityError::NoSuchAccount { .. }) => Ok(Vec::new()),
        Err(error) => Err(stop(error)),
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path((id, link)): Path<(String, String)>,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let row = row_of(&portal, &inside, &account, &link).await?;
    form::page(&portal, &inside, question(&account, &row, None))
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path((id, link)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let row = row_of(&portal, &inside, &account, &link).await?;
    let identity: OutsideIdentityId = row.id.parse().map_err(|_| Problem::NoSuchPage)?;
    let action = action(&account, &row);
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    match portal.service.unlink_outside_identity(inside.by(), &account.name, identity).await {
        Ok(_) => Ok(go(&format!("{}?done=unlinked", path_of(&account)))),
        Err(UnlinkIdentityError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &action).await,
        Err(error @ (UnlinkIdentityError::LastWayIn | UnlinkIdentityError::LastWayInOfAnother)) => {
            form::page(&portal, &inside, question(&account, &row, Some(Wrong::whole(&error))))
        }
        Err(error) => Err(stop(error)),
    }
}

async fn row_of(
    portal: &Portal,
    inside: &Inside,
    account: &Account,
    link: &str,
) -> Result<IdentityRow, Stop> {
    let rows = rows(portal, inside, account).await?;
    rows.into_iter().find(|row| row.id == link).ok_or_else(|| Problem::NoSuchPage.into())
}

fn action(account: &Account, row: &IdentityRow) -> String {
    format!("{}/outside-identities/{}/unlink", path_of(account), row.id)
}

fn question(account: &Account, row: &IdentityRow, error: Option<Wrong>) -> Form {
    let provider = row.provider.as_deref().unwrap_or(&row.issuer);
    Form {
        title: format!("Unlink {} from {}", row.label, account.name),
        lead: format!(
            "Nobody signs in to {} as {} at {provider} any more, and every browser of the account is signed out. Its owner is told.",
            account.name, row.label
        ),
        action: action(account, row),
        back: (path_of(account), account.name.to_string()),
        button: "Unlink",
        is_grave: true,
        fields: Vec::new(),
        error,
        number: None,
    }
}

fn stop(error: UnlinkIdentityError) -> Stop {
    match error {
        UnlinkIdentityError::Failure(failure) => failure.into(),
        UnlinkIdentityError::NotAllowed => Problem::NotAllowed.into(),
        _ => Problem::NoSuchPage.into(),
    }
}
