//! Revoke app passwords.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::app_password::{AppPassword, AppPasswordName, StoredState};
use postern_domain::audit::Operation;
use postern_domain::id::AppPasswordId;
use postern_storage::{AppPasswordFilter, StorageError, Transaction};

use super::theirs::{find_their_account, find_theirs};
use super::{AppPasswordError, changed, record_of};
use crate::authorise::Asker;
use crate::event::printable;
use crate::notice::{AppPasswordTidings, Doer, tell};
use crate::{By, Service};

/// Most characters of a reason.
const LONGEST_REASON: usize = 256;

impl Service {
    /// Revokes an app password. When it returns, no sign-in that starts afterwards is accepted, on any node, and the
    /// sessions that are open with it are ending. Revoking a revoked one changes nothing. No step-up is asked for:
    /// cutting off must be easy.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn revoke_app_password(
        &self,
        by: By<'_>,
        id: AppPasswordId,
        reason: &str,
    ) -> Result<AppPassword, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (mut app_password, account) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        if !matches!(app_password.state, StoredState::Revoked { .. }) {
            self.revoke_in(&mut *transaction, by, &mut app_password, reason).await?;
            let names = vec![app_password.name.clone()];
            tell_of(&mut *transaction, by, &account, names, reason, now).await?;
            transaction.commit().await?;
        }
        Ok(app_password)
    }

    /// Revokes every app password of an account that is not revoked. Gives how many.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn revoke_all_app_passwords(
        &self,
        by: By<'_>,
        account: &AccountName,
        reason: &str,
    ) -> Result<u64, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let asker = Asker::read(by, &mut *transaction, self.now()).await?;
        let account =
            find_their_account(&asker, &mut *transaction, account, Permission::ManageAppPasswords).await?;
        let revoked = self.revoke_all_in(&mut *transaction, by, &account, reason).await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    /// Revokes all of an account's as a part of another deed. Gives how many.
    pub(crate) async fn revoke_all_in(
        &self,
        transaction: &mut (dyn Transaction + '_),
        by: By<'_>,
        account: &Account,
        reason: &str,
    ) -> Result<u64, StorageError> {
        let mut revoked = Vec::new();
        for mut app_password in
            transaction.app_passwords_of(&AppPasswordFilter::not_revoked(account.id)).await?
        {
            self.revoke_in(transaction, by, &mut app_password, reason).await?;
            revoked.push(app_password.name);
        }
        let count = revoked.len() as u64;
        if count > 0 {
            tell_of(transaction, by, account, revoked, reason, self.now()).await?;
        }
        Ok(count)
    }

    async fn revoke_in(
        &self,
        transaction: &mut (dyn Transaction + '_),
        by: By<'_>,
        app_password: &mut AppPassword,
        reason: &str,
    ) -> Result<(), StorageError> {
        let (at, actor) = (self.now(), by.actor());
        let reason = printable(reason.trim(), LONGEST_REASON);
        let record = record_of(Operation::RevokeAppPassword, app_password)
            .detail_if("reason", Some(&reason).filter(|reason| !reason.is_empty()));
        app_password.state = StoredState::Revoked { at, by: actor.to_string(), reason };
        transaction.update_app_password(app_password).await?;
        transaction.append_audit_records(vec![record.by(actor, at)]).await?;
        transaction.announce(changed(app_password)).await
    }
}

/// Tells the owner what somebody else revoked.
async fn tell_of(
    transaction: &mut (dyn Transaction + '_),
    by: By<'_>,
    account: &Account,
    names: Vec<AppPasswordName>,
    reason: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let done = Doer::from(by);
    if done.is_owner(account) {
        return Ok(());
    }
    let reason = printable(reason.trim(), LONGEST_REASON);
    tell(transaction, account, AppPasswordTidings::Revoked { names, reason, done }, now).await
}
