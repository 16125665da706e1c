//! What a directory outside said of accounts and groups.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::directory::{DirectoryEntry, DirectoryGroup, ExternalId};
use postern_domain::id::{AccountId, DirectoryGroupId};

use crate::Result;

/// An account as a directory client sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryAccount {
    /// The account.
    pub account: Account,
    /// Its entry, one that says nothing where there is none.
    pub entry: DirectoryEntry,
    /// As [`DirectoryRead::directory_changed_at`].
    pub changed_at: Timestamp,
}

/// Reading what a directory said.
#[async_trait]
pub trait DirectoryRead {
    /// The entry of an account; none when no directory has said anything of it, or it is deleted.
    async fn directory_entry(&mut self, account: AccountId) -> Result<Option<DirectoryEntry>>;

    /// The account that the directory calls so.
    async fn account_by_external_id(&mut self, external_id: &ExternalId) -> Result<Option<Account>>;

    /// When a directory client last could see another account than before: its name, whether it is active, its groups and
    /// what these are called, its entry. One that never changed has the moment at which it was made. It grows with each
    /// transaction that changes any of that, also when the clock stands still or is set back, so that who asks for what
    /// changed after the last moment they saw misses nothing. Nothing else moves it, a sign-in least of all.
    async fn directory_changed_at(&mut self, account: AccountId) -> Result<Option<Timestamp>>;

    /// The accounts that are not deleted and changed from `from` to `until`, both included, by
    /// [`Self::directory_changed_at`]; sorted.
    async fn directory_changed_accounts(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AccountId>>;

    /// Those of the accounts that are not deleted, in the order of their identifiers. At most 1000 are asked for.
    async fn directory_accounts_of(&mut self, accounts: &[AccountId]) -> Result<Vec<DirectoryAccount>>;

    /// Accounts that are not deleted, in the order of their identifiers, so that new ones come last: at most `limit` after
    /// `after`, of which `skip` are left out.
    async fn directory_accounts(
        &mut self,
        after: Option<AccountId>,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<DirectoryAccount>>;

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
    /// Writes the entry of an account, in the place of the one before. The account has changed `at` that moment, unless it
    /// was added by this transaction.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] `account external id` when another account has its external id.
    async fn set_directory_entry(&mut self, entry: &DirectoryEntry, at: Timestamp) -> Result<()>;

    /// Gives a group its identifier. Who is in it has changed at the moment at which it was made.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] `group name` or `group external id` when another group has it.
    async fn insert_directory_group(&mut self, group: &DirectoryGroup) -> Result<()>;

    /// Writes what may change about a group that is there, its display name and its external id. It has changed `at` that
    /// moment, and so has who is in it.
    ///
    /// # Errors
    /// As [`Self::insert_directory_group`].
    async fn update_directory_group(&mut self, group: &DirectoryGroup, at: Timestamp) -> Result<()>;

    /// Takes a group's identifier away. Who is in it stays in it, and has changed `at` that moment.
    async fn delete_directory_group(&mut self, id: DirectoryGroupId, at: Timestamp) -> Result<()>;
}
