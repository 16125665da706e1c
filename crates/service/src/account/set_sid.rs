//! Set the security identifier of an account.

use postern_domain::account::{Account, AccountName, Permission, Sid};
use postern_domain::audit::Operation;
use postern_storage::{Change, ChangeKind};

use super::administer::{find_as_administrator, step_up};
use super::{AccountError, record_of};
use crate::{By, Service};

impl Service {
    /// Sets the security identifier by which Exchange Web Services may name the account; none takes it away.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn set_sid(
        &self,
        by: By<'_>,
        name: &AccountName,
        sid: Option<Sid>,
    ) -> Result<Account, AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ManageAccounts, now).await?;
        step_up(&asker, now)?;
        if account.sid == sid {
            return Ok(account);
        }
        let before = std::mem::replace(&mut account.sid, sid);
        transaction.update_account(&account, now).await?;
        let shown = |sid: Option<&Sid>| sid.map_or_else(|| "none".to_owned(), Sid::to_string);
        let record = record_of(Operation::ChangeSid, &account)
            .detail("before", shown(before.as_ref()))
            .detail("after", shown(account.sid.as_ref()))
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        Ok(account)
    }
}
