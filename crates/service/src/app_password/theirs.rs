//! What somebody may see and change of the app passwords: their own, and everybody's as an administrator or operator.

use postern_domain::account::{Account, AccountName};
use postern_domain::app_password::AppPassword;
use postern_domain::id::AppPasswordId;
use postern_storage::Snapshot;

use super::AppPasswordError;
use crate::authorise::Asker;

/// The app password and its account. Another account's is not told apart from one that is not there.
pub(super) async fn find_theirs(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    id: AppPasswordId,
) -> Result<(AppPassword, Account), AppPasswordError> {
    let app_password = state.app_password(id).await?;
    let theirs = |found: &AppPassword| asker.administers() || asker.is(found.account);
    let app_password = app_password.filter(theirs).ok_or(AppPasswordError::NoSuchAppPassword)?;
    let account = state.account(app_password.account).await?.ok_or(AppPasswordError::NoSuchAppPassword)?;
    Ok((app_password, account))
}

/// The account of that name. Another's is not told apart from one that is not there.
pub(super) async fn find_their_account(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    name: &AccountName,
) -> Result<Account, AppPasswordError> {
    match state.account_by_address(name).await? {
        Some(account) if asker.administers() || asker.is(account.id) => Ok(account),
        None if asker.administers() => Err(AppPasswordError::NoSuchAccount),
        Some(_) | None => Err(AppPasswordError::NotAllowed),
    }
}
