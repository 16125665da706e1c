//! The list of accounts.

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use postern_service::account::AccountFilter;

use super::filter::AccountQuery;
use super::view::AccountRow;
use super::{account_row, stop};
use crate::admin::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::session::Inside;

/// Accounts on a page: as many as the form of a selection may name beside its other fields.
pub(crate) const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "admin/accounts.html")]
struct AccountsPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    listed: ListView,
    may_add: bool,
    changes: Vec<Change>,
}

/// One page of the list, as both pages that have it show it.
pub(crate) struct ListView {
    pub(crate) query: AccountQuery,
    /// How many match.
    pub(crate) matching: u64,
    pub(crate) rows: Vec<AccountRow>,
    /// What is wrong with what was asked for.
    pub(crate) problem: Option<&'static str>,
    /// The queries of the page before and of the next one.
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// A change that the reader's role allows.
pub(crate) struct Change {
    pub(crate) value: &'static str,
    pub(crate) words: &'static str,
}

impl ListView {
    /// A list of nothing, for what cannot be read.
    const fn refused(query: AccountQuery, problem: &'static str) -> Self {
        Self { query, matching: 0, rows: Vec::new(), problem: Some(problem), before: None, after: None }
    }

    /// The status of a page with the list.
    pub(crate) const fn status(&self) -> StatusCode {
        if self.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Query(query): Query<AccountQuery>,
) -> Answer {
    let (chrome, frame) = around(&portal, &inside, paths::ACCOUNTS);
    let page = AccountsPage {
        chrome,
        frame,
        token: inside.token.clone(),
        listed: list(&portal, &inside, query).await?,
        may_add: inside.account().role.may(postern_domain::account::Permission::ManageAccounts),
        changes: changes(&inside),
    };
    Ok(page::html(page.listed.status(), &page)?)
}

/// The page that a query asks for.
pub(crate) async fn list(portal: &Portal, inside: &Inside, query: AccountQuery) -> Result<ListView, Stop> {
    let (filter, (after, before)) = match query.filter().and_then(|filter| Ok((filter, query.place()?))) {
        Ok(asked) => asked,
        Err(problem) => return Ok(ListView::refused(query, problem)),
    };
    let backwards = after.is_none() && before.is_some();
    // One more than is shown tells whether there are more.
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let filter = AccountFilter { after: after.clone(), before, limit, ..filter };
    let mut found = portal.service.list_accounts(inside.by(), &filter).await.map_err(stop)?;
    let more = found.len() > PAGE;
    let matching = if !more && filter.after.is_none() && filter.before.is_none() {
        // All of them are shown.
        found.len() as u64
    } else {
        portal.service.count_accounts(inside.by(), &filter).await.map_err(stop)?
    };
    if more && backwards {
        found.remove(0);
    }
    found.truncate(PAGE);
    let link = |field, at: Option<&postern_service::account::ListedAccount>| {
        at.map(|listed| query.page(field, listed.account.name.as_str()))
    };
    let (has_before, has_after) = if backwards { (more, true) } else { (after.is_some(), more) };
    let now = portal.now();
    Ok(ListView {
        before: has_before.then(|| link("before", found.first())).flatten(),
        after: has_after.then(|| link("after", found.last())).flatten(),
        rows: found.iter().map(|listed| account_row(listed, now)).collect(),
        problem: None,
        matching,
        query,
    })
}

/// What may be done to the accounts that are chosen.
pub(crate) fn changes(inside: &Inside) -> Vec<Change> {
    use postern_domain::account::Permission::{
        BlockAccounts, EndSessions, ManageAccounts, ManageAppPasswords, ResetMethods, SetMfaState,
    };
    [
        (SetMfaState, "mfa enabled", "Enable MFA"),
        (SetMfaState, "mfa enforced", "Enforce MFA"),
        (SetMfaState, "mfa disabled", "Disable MFA"),
        (EndSessions, "end-sessions", "Sign out everywhere"),
        (ResetMethods, "require-registration", "Require registering a method again"),
        (ResetMethods, "delete-methods", "Delete methods and require registering again"),
        (BlockAccounts, "block", "Block"),
        (BlockAccounts, "unblock", "Unblock"),
        (ManageAppPasswords, "revoke-app-passwords", "Revoke all app passwords"),
        (ManageAccounts, "add-to-group", "Add to group\u{2026}"),
        (ManageAccounts, "remove-from-group", "Take out of group\u{2026}"),
    ]
    .into_iter()
    .filter(|(permission, ..)| inside.account().role.may(*permission))
    .map(|(_, value, words)| Change { value, words })
    .collect()
}
