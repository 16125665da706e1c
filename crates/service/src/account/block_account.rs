//! Block and unblock an account.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, AccountStatus, Permission};
use postern_domain::audit::Operation;
use postern_storage::{Change, ChangeKind, StorageError, Transaction};

use super::administer::{find_as_administrator, keep_an_administrator, step_up};
use super::{AccountError, record_of};
use crate::authorise::Asker;
use crate::notice::{AccountTidings, tell};
use crate::{By, Service};

/// Blocks an account that is to be written then, and followed by [`end_what_is_open`].
pub(crate) fn block(account: &mut Account, by: By<'_>, now: Timestamp) {
    account.status = AccountStatus::Blocked { at: now, by: by.actor().to_string() };
    account.end_sessions(now);
}

/// Ends the portal and door sessions of an account that was cut off; no browser is remembered any more.
pub(crate) async fn end_what_is_open(
    transaction: &mut (dyn Transaction + '_),
    account: &Account,
) -> Result<(), StorageError> {
    transaction.delete_portal_sessions_of(account.id).await?;
    transaction.forget_remembered_browsers_of(account.id).await?;
    transaction.announce(Change::new(ChangeKind::EndSessions(account.id))).await
}

impl Service {
    /// Blocks an account: nothing of it signs in any more, and its portal and door sessions end at once. Blocking a
    /// blocked account changes nothing. No step-up is asked for: cutting off must be easy.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn block_account(&self, by: By<'_>, name: &AccountName) -> Result<(), AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (_, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::BlockAccounts, now).await?;
        if account.status != AccountStatus::Active {
            return Ok(());
        }
        keep_an_administrator(&mut *transaction, &account).await?;
        block(&mut account, by, now);
        transaction.update_account(&account, now).await?;
        end_what_is_open(&mut *transaction, &account).await?;
        let record = record_of(Operation::BlockAccount, &account).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        tell(&mut *transaction, &account, AccountTidings::Blocked { done: by.into() }, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        Ok(transaction.commit().await?)
    }

    /// Lets a blocked account in again, its app passwords too. Unblocking an active one changes nothing.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn unblock_account(&self, by: By<'_>, name: &AccountName) -> Result<(), AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::BlockAccounts, now).await?;
        if account.status == AccountStatus::Active {
            return Ok(());
        }
        step_up(&asker, now)?;
        account.status = AccountStatus::Active;
        transaction.update_account(&account, now).await?;
        let record = record_of(Operation::UnblockAccount, &account).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        tell(&mut *transaction, &account, AccountTidings::Unblocked { done: by.into() }, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        Ok(transaction.commit().await?)
    }

    /// Ends the portal and door sessions of an account at once (force sign-out), and the refresh tokens with which Postern
    /// signs in at upstreams in its name: its owner has to connect its mailbox again. Its owner may do it too. App passwords
    /// and API tokens stay: they are no sessions, each has its own name and its own end.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn end_sessions(&self, by: By<'_>, name: &AccountName) -> Result<(), AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let mut account = match transaction.account_by_address(name).await? {
            Some(account) if asker.is(account.id) || asker.may_for(Permission::EndSessions, &account) => {
                account
            }
            Some(_) if asker.may(Permission::EndSessions) => return Err(AccountError::HasMoreRights),
            None if asker.may(Permission::EndSessions) => return Err(AccountError::NoSuchAccount),
            Some(_) | None => return Err(AccountError::NotAllowed),
        };
        account.end_sessions(now);
        transaction.update_account(&account, now).await?;
        transaction.delete_portal_sessions_of(account.id).await?;
        transaction.forget_remembered_browsers_of(account.id).await?;
        let consents = self.end_consents_in(&mut *transaction, &account, now).await?;
        let record = record_of(Operation::EndSessions, &account).detail("consents ended", consents);
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        transaction.announce(Change::new(ChangeKind::EndSessions(account.id))).await?;
        transaction.commit().await?;
        self.upstreams.slots.forget_account(account.id);
        Ok(())
    }
}
