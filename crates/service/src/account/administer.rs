//! What the administrators' deeds on accounts have in common.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, AccountStatus, Permission, Role};
use postern_storage::Snapshot;

use super::AccountError;
use crate::By;
use crate::authorise::Asker;

/// The account of that name, for somebody who may do such a thing to it.
pub(super) async fn find_as_administrator(
    by: By<'_>,
    state: &mut (dyn Snapshot + '_),
    name: &AccountName,
    permission: Permission,
    now: Timestamp,
) -> Result<(Asker, Account), AccountError> {
    let asker = Asker::read(by, state, now).await?;
    if !asker.may(permission) {
        return Err(AccountError::NotAllowed);
    }
    let account = state.account_by_address(name).await?.ok_or(AccountError::NoSuchAccount)?;
    let is_own = asker.in_whose_name() == Some(account.id);
    if is_own && asker.is_program() {
        return Err(AccountError::TokensOwner);
    }
    // Oneself one proves with what one has: a session that was taken over must not set aside what it would be asked for.
    if is_own && permission.resets() {
        return Err(AccountError::OwnAccount);
    }
    if !asker.may_for(permission, &account) {
        return Err(AccountError::HasMoreRights);
    }
    Ok((asker, account))
}

/// Demands a fresh second factor of a person.
pub(super) fn step_up(asker: &Asker, now: Timestamp) -> Result<(), AccountError> {
    asker.stepped_up(now).then_some(()).ok_or(AccountError::StepUpNeeded)
}

/// Refuses a deed that takes `account` away when it is the last administrator who can sign in: nobody, not even the
/// operator, should find that out afterwards.
pub(crate) async fn keep_an_administrator(
    state: &mut (dyn Snapshot + '_),
    account: &Account,
) -> Result<(), AccountError> {
    let counts = account.role == Role::GlobalAdministrator && account.status == AccountStatus::Active;
    if counts && state.administrator_count().await? <= 1 {
        return Err(AccountError::LastAdministrator);
    }
    Ok(())
}
