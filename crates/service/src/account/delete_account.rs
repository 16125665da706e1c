//! Delete an account.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, AccountStatus, Permission};
use postern_domain::audit::Operation;
use postern_storage::{Change, ChangeKind, StorageError, Transaction};

use super::administer::{find_as_administrator, keep_an_administrator, step_up};
use super::block_account::end_what_is_open;
use super::{AccountError, record_of};
use crate::notice::{AccountTidings, tell};
use crate::{By, Service};

impl Service {
    /// Deletes an account: revokes its app passwords, removes its methods, its consents
    /// and its mailbox passwords, ends its sessions, frees its addresses, and tells its owner. The
    /// audit keeps its name. Gives how many app passwords were revoked.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn delete_account(&self, by: By<'_>, name: &AccountName) -> Result<u64, AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ManageAccounts, now).await?;
        step_up(&asker, now)?;
        keep_an_administrator(&mut *transaction, &account).await?;
        let revoked = self.delete_in(&mut *transaction, by, &mut account, now).await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    /// Deletes an account as a part of another deed. Gives how many app passwords were revoked.
    pub(crate) async fn delete_in(
        &self,
        transaction: &mut (dyn Transaction + '_),
        by: By<'_>,
        account: &mut Account,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let revoked = self.revoke_all_in(transaction, by, account, "the account was deleted").await?;
        self.revoke_api_tokens_of(transaction, by, account.id).await?;
        for method in transaction.methods_of(account.id).await? {
            transaction.delete_method(account.id, method.id).await?;
        }
        transaction.replace_recovery_codes(account.id, &[]).await?;
        transaction.delete_upstream_credentials_of(account.id).await?;
        transaction.delete_outside_identities_of(account.id).await?;
        // Told at its addresses before they go.
        tell(transaction, account, AccountTidings::Deleted { done: by.into() }, now).await?;
        transaction.delete_notification_addresses_of(account.id).await?;
        account.status = AccountStatus::Deleted { at: now, by: by.actor().to_string() };
        account.end_sessions(now);
        transaction.update_account(account, now).await?;
        end_what_is_open(transaction, account).await?;
        let record = record_of(Operation::DeleteAccount, account)
            .detail("app passwords revoked", revoked)
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        Ok(revoked)
    }
}
