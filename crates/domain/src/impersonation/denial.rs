//! May an account act for a mailbox, with this app password?

use super::{ImpersonationGrant, Mailbox};
use crate::account::{Account, AccountKind, AccountStatus};
use crate::app_password::AppPassword;

/// Why it may not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denial {
    /// It is no service account, or has no grant.
    NoGrant,
    /// It signed in with its account password, and the record of an impersonation names an app password.
    NoAppPassword,
    /// The grant of the account does not name the mailbox.
    NotNamed,
    /// The account's grant names it, the app password's own does not.
    NotNamedByAppPassword,
    /// The mailbox's account is blocked.
    TargetBlocked,
    /// The mailbox's account was deleted.
    TargetDeleted,
}

/// Whether `account` may act for `mailbox`, signed in with `app_password` (none: its account password). Both grants must
/// name the mailbox; an app password without one of its own has the account's. One's own mailbox is not asked about:
/// opening it is no impersonation.
///
/// # Errors
/// [`Denial`]. That the target is blocked or deleted is said only to whom the grant names it.
pub fn may_act_for(
    account: &Account,
    app_password: Option<&AppPassword>,
    mailbox: Mailbox<'_>,
) -> Result<(), Denial> {
    let grant = account.grant.as_ref().filter(|_| account.kind == AccountKind::ServiceAccount);
    let grant = grant.ok_or(Denial::NoGrant)?;
    let app_password = app_password.ok_or(Denial::NoAppPassword)?;
    if !grant.covers(mailbox) {
        return Err(Denial::NotNamed);
    }
    let narrowed = |own: &ImpersonationGrant| !own.covers(mailbox);
    if app_password.grant.as_ref().is_some_and(narrowed) {
        return Err(Denial::NotNamedByAppPassword);
    }
    match mailbox {
        Mailbox::Foreign(_) => Ok(()),
        Mailbox::Account(target) => match target.status {
            AccountStatus::Active => Ok(()),
            AccountStatus::Blocked { .. } => Err(Denial::TargetBlocked),
            AccountStatus::Deleted { .. } => Err(Denial::TargetDeleted),
        },
    }
}

#[cfg(test)]
mod tests;
