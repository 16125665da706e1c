//! What somebody may see and change of the app passwords: their own, and everybody's as an administrator or operator.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::app_password::{AppPassword, Standing};
use postern_domain::id::AppPasswordId;
use postern_storage::Snapshot;

use super::AppPasswordError;
use crate::authorise::Asker;

/// The app password and its account. Another account's is not told apart from one that is not there.
pub(super) async fn find_theirs(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    id: AppPasswordId,
    permission: Permission,
) -> Result<(AppPassword, Account), AppPasswordError> {
    let app_password = state.app_password(id).await?.ok_or(AppPasswordError::NoSuchAppPassword)?;
    let account = state.account(app_password.account).await?.ok_or(AppPasswordError::NoSuchAppPassword)?;
    if theirs(asker, &account, permission) {
        Ok((app_password, account))
    } else if asker.may(Permission::ReadAccounts) {
        Err(AppPasswordError::NotAllowed)
    } else {
        Err(AppPasswordError::NoSuchAppPassword)
    }
}

/// The account of that name. Another's is not told apart from one that is not there.
pub(super) async fn find_their_account(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    name: &AccountName,
    permission: Permission,
) -> Result<Account, AppPasswordError> {
    match state.account_by_address(name).await? {
        Some(account) if theirs(asker, &account, permission) => Ok(account),
        None if asker.may(Permission::ReadAccounts) => Err(AppPasswordError::NoSuchAccount),
        Some(_) | None => Err(AppPasswordError::NotAllowed),
    }
}

/// Whether they may do it with what is this account's. Reading asks nobody's rank.
fn theirs(asker: &Asker, account: &Account, permission: Permission) -> bool {
    let allowed = match permission {
        Permission::ReadAccounts => asker.may(permission),
        permission => asker.may_for(permission, account),
    };
    allowed || asker.is(account.id)
}

/// How they stand to the app passwords of an account.
pub(super) fn standing(asker: &Asker, account: &Account) -> Standing {
    Standing {
        owns: asker.is(account.id),
        administers: asker.may_for(Permission::ManageAppPasswords, account),
        operates: asker.is_operator(),
    }
}

/// Whether they may let an app password of that account do more, with a fresh second factor.
pub(super) fn may_widen(asker: &Asker, account: &Account, now: Timestamp) -> Result<(), AppPasswordError> {
    if !standing(asker, account).may_widen(account) {
        return Err(AppPasswordError::OwnersToWiden);
    }
    if asker.stepped_up(now) { Ok(()) } else { Err(AppPasswordError::StepUpNeeded) }
}
