//! List and show app passwords.

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::app_password::AppPassword;
use postern_domain::id::AppPasswordId;
use postern_storage::{AppPasswordFilter, AppPasswordPlace};

use super::AppPasswordError;
use super::theirs::{find_their_account, find_theirs};
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// The app passwords of an account, newest first, the revoked ones too: at most `limit` after `after`.
    ///
    /// # Errors
    /// [`AppPasswordError::NoSuchAccount`], [`AppPasswordError::NotAllowed`], [`AppPasswordError::Failure`].
    pub async fn list_app_passwords(
        &self,
        by: By<'_>,
        account: &AccountName,
        after: Option<AppPasswordPlace>,
        limit: u32,
    ) -> Result<Vec<AppPassword>, AppPasswordError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let account = find_their_account(&asker, &mut *snapshot, account, Permission::ReadAccounts).await?;
        let filter = AppPasswordFilter { account: account.id, revoked: None, after, limit };
        Ok(snapshot.app_passwords_of(&filter).await?)
    }

    /// One app password and its account.
    ///
    /// # Errors
    /// [`AppPasswordError::NoSuchAppPassword`], also for another account's, [`AppPasswordError::Failure`].
    pub async fn show_app_password(
        &self,
        by: By<'_>,
        id: AppPasswordId,
    ) -> Result<(AppPassword, Account), AppPasswordError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        find_theirs(&asker, &mut *snapshot, id, Permission::ReadAccounts).await
    }
}
