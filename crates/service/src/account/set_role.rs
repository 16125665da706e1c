//! Give an account a role, or take it.

use postern_domain::account::{Account, AccountName, Permission, Role};
use postern_domain::audit::Operation;
use postern_storage::{Change, ChangeKind};

use super::administer::{find_as_administrator, keep_an_administrator, step_up};
use super::{AccountError, record_of};
use crate::notice::AccountTidings;
use crate::{By, Service};

impl Service {
    /// Gives an account another role; *Member* takes what it had. It counts from the next deed on, in sessions that are
    /// open too. The last administrator keeps theirs: of two who take each other's at once, on whichever servers, one
    /// comes too late.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn set_role(
        &self,
        by: By<'_>,
        name: &AccountName,
        role: Role,
    ) -> Result<Account, AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ManageRoles, now).await?;
        if account.role == role {
            return Ok(account);
        }
        step_up(&asker, now)?;
        keep_an_administrator(&mut *transaction, &account).await?;
        let before = std::mem::replace(&mut account.role, role);
        transaction.update_account(&account, now).await?;
        let record = record_of(Operation::ChangeRole, &account)
            .detail("before", before.name())
            .detail("after", role.name())
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = AccountTidings::RoleChanged { before, after: role, done: by.into() };
        self.tell_owner_and_administrators(&mut *transaction, &account, notice, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        Ok(account)
    }
}
