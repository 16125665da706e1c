//! Read accounts and groups for a provisioning client.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, AccountStatus};
use postern_domain::directory::{DirectoryEntry, DirectoryGroup, ExternalId};
use postern_domain::id::{AccountId, DirectoryGroupId};
use postern_storage::{DirectoryAccount, Snapshot, StorageError};

use super::{ProvisionError, Provisioned, ProvisionedGroup};
use crate::{By, Service};

/// Which account is meant.
#[derive(Clone, Copy, Debug)]
pub enum Meant<'m> {
    /// That of this identifier.
    Id(AccountId),
    /// That of this user name; an alias means none.
    Name(&'m AccountName),
    /// That which has the address, as its user name or as an alias.
    Address(&'m AccountName),
    /// That which the directory calls so.
    ExternalId(&'m ExternalId),
}

impl Service {
    /// The account that is meant.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn find_provisioned(
        &self,
        by: By<'_>,
        meant: Meant<'_>,
    ) -> Result<Option<Provisioned>, ProvisionError> {
        let found = self.look_up(by, meant).await?;
        let lacks = |found: &Provisioned| found.groups.len() < found.account.groups.len();
        if !found.as_ref().is_some_and(lacks) {
            return Ok(found);
        }
        self.identify_groups(by).await?;
        self.look_up(by, meant).await
    }

    async fn look_up(&self, by: By<'_>, meant: Meant<'_>) -> Result<Option<Provisioned>, ProvisionError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        let account = match meant {
            Meant::Id(id) => existing_account(&mut *snapshot, id).await?,
            Meant::Name(name) => {
                snapshot.account_by_address(name).await?.filter(|account| account.name == *name)
            }
            Meant::Address(address) => snapshot.account_by_address(address).await?,
            Meant::ExternalId(external_id) => snapshot.account_by_external_id(external_id).await?,
        };
        match account {
            Some(account) => Ok(Some(complete(&mut *snapshot, account).await?)),
            None => Ok(None),
        }
    }

    /// Accounts, the oldest first: at most `limit` (1 to 1000) after `after`, of which `skip` are left out.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provisioned_accounts(
        &self,
        by: By<'_>,
        after: Option<AccountId>,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<Provisioned>, ProvisionError> {
        if after.is_none() {
            self.identify_groups(by).await?;
        }
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        let known = snapshot.directory_groups().await?;
        let accounts = snapshot.directory_accounts(after, skip, limit).await?;
        Ok(accounts.into_iter().map(|found| with_groups(found, &known)).collect())
    }

    /// Which accounts changed from `from` to `until`, both included: those of which a client sees another account since
    /// then than before. Sorted by identifier.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provisioned_changes(
        &self,
        by: By<'_>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AccountId>, ProvisionError> {
        self.identify_groups(by).await?;
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        Ok(snapshot.directory_changed_accounts(from, until).await?)
    }

    /// The accounts of these identifiers that are there still, at most 1000, sorted by identifier.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provisioned_accounts_of(
        &self,
        by: By<'_>,
        accounts: &[AccountId],
    ) -> Result<Vec<Provisioned>, ProvisionError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        let known = snapshot.directory_groups().await?;
        let found = snapshot.directory_accounts_of(accounts).await?;
        Ok(found.into_iter().map(|found| with_groups(found, &known)).collect())
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provisioned_account_count(&self, by: By<'_>) -> Result<u64, ProvisionError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        Ok(snapshot.account_count().await?)
    }

    /// The group of that identifier.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provisioned_group(
        &self,
        by: By<'_>,
        id: DirectoryGroupId,
    ) -> Result<ProvisionedGroup, ProvisionError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        read_group(&mut *snapshot, id).await
    }

    /// Groups with who is in them.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn with_members(
        &self,
        by: By<'_>,
        groups: Vec<DirectoryGroup>,
    ) -> Result<Vec<ProvisionedGroup>, ProvisionError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        let mut complete = Vec::with_capacity(groups.len());
        for group in groups {
            let members = snapshot.group_members(&group.name).await?;
            complete.push(ProvisionedGroup { group, members });
        }
        Ok(complete)
    }

    /// Every group, the oldest first, without its members.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provisioned_groups(&self, by: By<'_>) -> Result<Vec<DirectoryGroup>, ProvisionError> {
        self.identify_groups(by).await?;
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        Ok(snapshot.directory_groups().await?)
    }
}

/// The account with those of the groups that it is in.
fn with_groups(found: DirectoryAccount, known: &[DirectoryGroup]) -> Provisioned {
    let DirectoryAccount { account, entry, changed_at } = found;
    let groups = known.iter().filter(|group| account.groups.contains(&group.name)).cloned().collect();
    Provisioned { account, entry, groups, changed_at }
}

/// The account with what belongs to it.
pub(super) async fn read_account(
    state: &mut (dyn Snapshot + '_),
    id: AccountId,
) -> Result<Provisioned, ProvisionError> {
    let account = existing_account(state, id).await?.ok_or(ProvisionError::NoSuchAccount)?;
    Ok(complete(state, account).await?)
}

/// The account, unless it is deleted.
pub(super) async fn existing_account(
    state: &mut (dyn Snapshot + '_),
    id: AccountId,
) -> Result<Option<Account>, StorageError> {
    let account = state.account(id).await?;
    Ok(account.filter(|account| !matches!(account.status, AccountStatus::Deleted { .. })))
}

/// The group with who is in it.
pub(super) async fn read_group(
    state: &mut (dyn Snapshot + '_),
    id: DirectoryGroupId,
) -> Result<ProvisionedGroup, ProvisionError> {
    let group = state.directory_group(id).await?.ok_or(ProvisionError::NoSuchGroup)?;
    let members = state.group_members(&group.name).await?;
    Ok(ProvisionedGroup { group, members })
}

async fn complete(state: &mut (dyn Snapshot + '_), account: Account) -> Result<Provisioned, StorageError> {
    let entry = state.directory_entry(account.id).await?;
    let mut groups = Vec::new();
    for name in &account.groups {
        groups.extend(state.directory_group_by_name(name).await?);
    }
    groups.sort_by_key(|group| group.id);
    let changed_at = state.directory_changed_at(account.id).await?.unwrap_or(account.created_at);
    let entry = entry.unwrap_or_else(|| DirectoryEntry::new(account.id));
    Ok(Provisioned { account, entry, groups, changed_at })
}
