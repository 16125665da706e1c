//! What a directory outside said of accounts and groups.

use async_trait::async_trait;
use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::directory::{DirectoryEntry, DirectoryGroup, ExternalId};
use postern_domain::id::{AccountId, DirectoryGroupId};

use crate::Result;

/// Reading what a directory said.
#[async_trait]
pub trait DirectoryRead {
    /// The entry of an account; none when no directory has said anything of it, or it is deleted.
    async fn directory_entry(&mut self, account: AccountId) -> Result<Option<DirectoryEntry>>;

    /// The account that the directory calls so.
    async fn account_by_external_id(&mut self, external_id: &ExternalId) -> Result<Option<Account>>;

    /// Accounts that are not deleted, each with its entry (one that says nothing where there is none), in the order of
    /// their identifiers, so that new ones come last: at most `limit` after `after`, of which `skip` are left out.
    async fn directory_accounts(
        &mut self,
        after: Option<AccountId>,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<(Account, DirectoryEntry)>>;

    /// The group of that identifier.
    async fn directory_group(&mut self, id: DirectoryGroupId) -> Result<Option<DirectoryGroup>>;

    /// The group of that name, when it has an identifier.
    async fn directory_group_by_name(&mut self, name: &GroupName) -> Result<Option<DirectoryGroup>>;

    /// The groups that have an identifier, in the order of these.
    async fn directory_groups(&mut self) -> Result<Vec<DirectoryGroup>>;

    /// The groups that accounts are in and that have no identifier yet, sorted.
    async fn groups_without_identifier(&mut self) -> Result<Vec<GroupName>>;

    /// Who is in a group, in the order of the accounts' identifiers.
    async fn group_members(&mut self, name: &GroupName) -> Result<Vec<(AccountId, AccountName)>>;
}

/// Writing what a directory said.
#[async_trait]
pub trait DirectoryWrite: DirectoryRead {
    /// Writes the entry of an account, in the place of the one before.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] `account external id` when another account has its external id.
    async fn set_directory_entry(&mut self, entry: &DirectoryEntry) -> Result<()>;

    /// Gives a group its identifier.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] `group name` or `group external id` when another group has it.
    async fn insert_directory_group(&mut self, group: &DirectoryGroup) -> Result<()>;

    /// Writes what may change about a group that is there: its display name and its external id.
    ///
    /// # Errors
    /// As [`Self::insert_directory_group`].
    async fn update_directory_group(&mut self, group: &DirectoryGroup) -> Result<()>;

    /// Takes a group's identifier away. Who is in it stays as it is.
    async fn delete_directory_group(&mut self, id: DirectoryGroupId) -> Result<()>;
}
