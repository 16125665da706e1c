//! Put accounts into groups and take them out.

use postern_domain::account::{Account, AccountName, GroupName, Permission};
use postern_domain::audit::Operation;
use postern_domain::id::AccountId;
use postern_storage::{Change, ChangeKind};

use super::administer::{find_as_administrator, step_up};
use super::{AccountError, record_of};
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// Puts an account into a group. One that is in it stays there. A grant that names the group reaches its mailbox from
    /// then on.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn add_to_group(
        &self,
        by: By<'_>,
        name: &AccountName,
        group: GroupName,
    ) -> Result<Account, AccountError> {
        self.change_groups(by, name, Some(group), None).await
    }

    /// Takes an account out of a group. One that is not in it stays out. Sessions that act for it by that group end. No
    /// step-up is asked for, as cutting off must be easy, unless the group has settings of its own.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn remove_from_group(
        &self,
        by: By<'_>,
        name: &AccountName,
        group: &GroupName,
    ) -> Result<Account, AccountError> {
        self.change_groups(by, name, None, Some(group)).await
    }

    async fn change_groups(
        &self,
        by: By<'_>,
        name: &AccountName,
        add: Option<GroupName>,
        remove: Option<&GroupName>,
    ) -> Result<Account, AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ManageAccounts, now).await?;
        // Who leaves a group that has settings of its own may be allowed more than before.
        let may_widen = match remove {
            Some(group) => transaction.policy().await?.groups.contains_key(group),
            None => true,
        };
        if may_widen {
            step_up(&asker, now)?;
        }
        let before = account.groups.clone();
        account.groups.retain(|group| Some(group) != remove);
        account.groups.extend(add);
        account.groups.sort();
        account.groups.dedup();
        if account.groups == before {
            return Ok(account);
        }
        if account.groups.len() > GroupName::MOST_OF_AN_ACCOUNT {
            return Err(AccountError::TooManyGroups { most: GroupName::MOST_OF_AN_ACCOUNT });
        }
        transaction.update_account(&account, now).await?;
        let record = record_of(Operation::ChangeGroups, &account)
            .detail("before", joined(&before))
            .detail("after", joined(&account.groups))
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        Ok(account)
    }

    /// The groups that accounts are in, sorted, with how many are in each: at most `limit` whose names sort after `after`. For
    /// whoever may read accounts.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::Failure`].
    pub async fn list_groups(
        &self,
        by: By<'_>,
        after: Option<&GroupName>,
        limit: u32,
    ) -> Result<Vec<(GroupName, u64)>, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        Asker::read(by, &mut *snapshot, self.now()).await?.reads_accounts()?;
        Ok(snapshot.groups(after, limit).await?)
    }

    /// Accounts in a group, in the order in which they were made: at most `limit` (1 to 1000) after `after`.
    ///
    /// # Errors
    /// As [`Self::list_groups`].
    pub async fn list_group(
        &self,
        by: By<'_>,
        group: &GroupName,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Account>, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        Asker::read(by, &mut *snapshot, self.now()).await?.reads_accounts()?;
        Ok(snapshot.accounts_in_group(group, after, limit).await?)
    }
}

fn joined(groups: &[GroupName]) -> String {
    if groups.is_empty() {
        return "none".to_owned();
    }
    groups.iter().map(GroupName::as_str).collect::<Vec<_>>().join(", ")
}
