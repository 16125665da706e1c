//! What an administrator does with the authentication methods of somebody who lost a phone, or may have lost it to others.

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::actor::Actor;
use postern_domain::audit::Operation;
use postern_domain::id::MethodId;
use postern_domain::mfa::AuthenticationMethod;
use postern_storage::{Change, ChangeKind, StorageError, Transaction};

use super::administer::{find_as_administrator, step_up};
use super::{AccountError, record_of};
use crate::notice::{SignInTidings, tell};
use crate::{By, Service};

impl Service {
    /// Demands that the owner registers a method anew at the next browser sign-in, after the factors that they have, or
    /// after the account password alone when the methods are deleted with it. Their portal sessions end, and their
    /// browsers are remembered no more. App passwords and API tokens stay: a reset of the password asks about those. Gives how
    /// many methods were deleted.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn require_registration(
        &self,
        by: By<'_>,
        name: &AccountName,
        delete_methods: bool,
    ) -> Result<u32, AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ResetMethods, now).await?;
        step_up(&asker, now)?;
        let methods = match delete_methods {
            true => transaction.methods_of(account.id).await?,
            false => Vec::new(),
        };
        for method in &methods {
            self.delete_one(&mut *transaction, &account, method, by.actor()).await?;
        }
        if delete_methods {
            transaction.replace_recovery_codes(account.id, &[]).await?;
            account.default_method = None;
        }
        account.must_register_again = true;
        transaction.update_account(&account, now).await?;
        transaction.forget_remembered_browsers_of(account.id).await?;
        transaction.delete_portal_sessions_of(account.id).await?;
        let record = record_of(Operation::RequireRegistration, &account)
            .detail("methods deleted", methods.len())
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let what = if methods.is_empty() {
            "You are asked to register your authentication methods again"
        } else {
            "Your authentication methods were deleted: register new ones"
        };
        let notice = SignInTidings::MfaChanged { what: what.to_owned(), done: by.into() };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        Ok(u32::try_from(methods.len()).unwrap_or(u32::MAX))
    }

    /// Deletes a method of somebody else's account, the last one too: the owner of an account under MFA registers another
    /// at the next browser sign-in. With the last one the recovery codes go. Their portal sessions end, and their
    /// browsers are remembered no more.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn delete_method_of(
        &self,
        by: By<'_>,
        name: &AccountName,
        method: MethodId,
    ) -> Result<(), AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ResetMethods, now).await?;
        step_up(&asker, now)?;
        let methods = transaction.methods_of(account.id).await?;
        let found = methods.iter().find(|found| found.id == method).ok_or(AccountError::NoSuchMethod)?;
        self.delete_one(&mut *transaction, &account, found, by.actor()).await?;
        let notice = SignInTidings::MethodDeleted {
            method: found.kind.words().to_lowercase(),
            label: found.label.clone(),
            done: by.into(),
        };
        tell(&mut *transaction, &account, notice, now).await?;
        if methods.len() == 1 {
            transaction.replace_recovery_codes(account.id, &[]).await?;
        }
        transaction.forget_remembered_browsers_of(account.id).await?;
        transaction.delete_portal_sessions_of(account.id).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes one method, with its audit record. Telling of it is the caller's.
    pub(crate) async fn delete_one(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        method: &AuthenticationMethod,
        by: Actor,
    ) -> Result<(), StorageError> {
        transaction.delete_method(account.id, method.id).await?;
        let record = record_of(Operation::DeleteMethod, account)
            .detail("method", method.id)
            .detail("kind", method.kind)
            .detail("label", &method.label)
            .by(by, self.now());
        transaction.append_audit_records(vec![record]).await?;
        Ok(())
    }
}
