//! Set an account's password for its owner.

use postern_domain::account::password::{AccountPassword, UnfitPassword};
use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::audit::Operation;
use postern_storage::{AccountPasswordRecord, Change, ChangeKind, StorageError, Transaction};

use super::administer::{find_as_administrator, step_up};
use super::{AccountError, record_of};
use crate::notice::{SignInTidings, tell};
use crate::{By, Service};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetAccountPasswordError {
    /// It may not be one.
    #[error("the password is {0}")]
    UnfitPassword(#[from] UnfitPassword),
    /// Another reason.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl Service {
    /// Sets the password and ends the account's portal sessions; with `revoke_app_passwords`, revokes the account's app
    /// passwords and API tokens in the same transaction. Gives how many app passwords were revoked.
    ///
    /// # Errors
    /// [`SetAccountPasswordError`].
    pub async fn set_account_password(
        &self,
        by: By<'_>,
        name: &AccountName,
        password: AccountPassword,
        revoke_app_passwords: bool,
    ) -> Result<u64, SetAccountPasswordError> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await.map_err(AccountError::from)?;
        // Asked before the password is looked at and hashed, and again in the transaction.
        let (_, account) =
            find_as_administrator(by, &mut *snapshot, name, Permission::ResetPasswords, now).await?;
        drop(snapshot);
        password.check(&account.name, self.settings_of(&account).least_characters(account.mfa))?;
        let record = self.hash_account_password(password).await.map_err(AccountError::from)?;

        let mut transaction = self.parts.store.begin().await.map_err(AccountError::from)?;
        let (asker, account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ResetPasswords, now).await?;
        step_up(&asker, now)?;
        let revoke = revoke_app_passwords.then_some("the account password was reset");
        let revoked = self.put_password(&mut *transaction, by, &account, &record, revoke).await;
        let revoked = revoked.map_err(AccountError::from)?;
        transaction.delete_portal_sessions_of(account.id).await.map_err(AccountError::from)?;
        transaction.commit().await.map_err(AccountError::from)?;
        self.account_passwords().forget(&account.name);
        Ok(revoked)
    }

    /// Stores a password, forgets the browsers that are remembered and, for the reason given, revokes the app passwords and
    /// the API tokens: whoever knew the old one may have made either, and a token makes app passwords. Gives how many
    /// app passwords were revoked.
    pub(crate) async fn put_password(
        &self,
        transaction: &mut (dyn Transaction + '_),
        by: By<'_>,
        account: &Account,
        password: &AccountPasswordRecord,
        revoke: Option<&str>,
    ) -> Result<u64, StorageError> {
        transaction.set_account_password(account.id, password).await?;
        transaction.forget_remembered_browsers_of(account.id).await?;
        let (revoked, tokens) = match revoke {
            Some(reason) => (
                self.revoke_all_in(transaction, by, account, reason).await?,
                self.revoke_api_tokens_of(transaction, by, account.id).await?,
            ),
            None => (0, 0),
        };
        let record = record_of(Operation::ChangeAccountPassword, account)
            .detail("app passwords", if revoke.is_some() { "revoked" } else { "kept" })
            .detail_if("app passwords revoked", revoke.map(|_| revoked))
            .detail_if("API tokens revoked", revoke.map(|_| tokens))
            .by(by.actor(), self.now());
        transaction.append_audit_records(vec![record]).await?;
        let notice = SignInTidings::PasswordChanged { done: by.into() };
        tell(transaction, account, notice, self.now()).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        Ok(revoked)
    }
}
