//! Change a group for a provisioning client: its display name, its external id, who is in it.

use std::collections::BTreeSet;

use postern_domain::account::{Account, GroupName};
use postern_domain::audit::Operation;
use postern_domain::directory::{DirectoryEntry, ExternalId, Label};
use postern_domain::id::{AccountId, DirectoryGroupId};
use postern_storage::Transaction;

use super::group::record_of;
use super::read::{existing_account, read_group};
use super::{ProvisionError, ProvisionedGroup};
use crate::{By, Service};

/// A group that a provisioning client wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedGroup {
    /// What it is called there; its name here is made from it by [`GroupName::from_display_name`].
    pub display_name: Label,
    /// The directory's own name for it.
    pub external_id: Option<ExternalId>,
    /// Who is to be in it.
    pub members: Vec<AccountId>,
}

/// One step of a change of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GroupStep {
    /// Gives it another display name. Its name here stays, so that settings and grants that mean it go on doing so.
    Rename(Label),
    /// Gives it another external id, or none.
    SetExternalId(Option<ExternalId>),
    /// Puts accounts in.
    Add(Vec<AccountId>),
    /// Takes accounts out; those that are not in it stay out.
    Remove(Vec<AccountId>),
    /// Has exactly these accounts in it.
    Replace(Vec<AccountId>),
}

impl Service {
    /// Changes a group by the steps that `change` makes of what it is at that moment. Accounts with a role are neither put
    /// in nor taken out: a group can have settings and grants of its own, so that who changes it changes what holds for
    /// them.
    ///
    /// # Errors
    /// What `change` refuses, and [`ProvisionError`].
    pub async fn reprovision_group<E: From<ProvisionError>>(
        &self,
        by: By<'_>,
        id: DirectoryGroupId,
        change: impl FnOnce(&ProvisionedGroup) -> Result<Vec<GroupStep>, E> + Send,
    ) -> Result<ProvisionedGroup, E> {
        let refused = |error| E::from(ProvisionError::from(error));
        let mut transaction = self.parts.store.begin().await.map_err(refused)?;
        self.ask_to_provision(by, &mut *transaction).await?;
        let current = read_group(&mut *transaction, id).await?;
        let steps = change(&current)?;
        let changed = self.apply_steps(by, &mut *transaction, current, steps).await?;
        transaction.commit().await.map_err(refused)?;
        Ok(changed)
    }

    async fn apply_steps(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        current: ProvisionedGroup,
        steps: Vec<GroupStep>,
    ) -> Result<ProvisionedGroup, ProvisionError> {
        let mut group = current.group.clone();
        let before: BTreeSet<AccountId> = current.members.iter().map(|(id, _)| *id).collect();
        let mut after = before.clone();
        for step in steps {
            match step {
                GroupStep::Rename(display_name) => group.display_name = display_name,
                GroupStep::SetExternalId(external_id) => group.external_id = external_id,
                GroupStep::Add(members) => after.extend(members),
                GroupStep::Remove(members) => members.iter().for_each(|member| {
                    after.remove(member);
                }),
                GroupStep::Replace(members) => after = members.into_iter().collect(),
            }
        }
        if group != current.group {
            transaction.update_directory_group(&group, self.now()).await?;
            let record = record_of(Operation::ChangeGroup, &group)
                .detail("display name before", &current.group.display_name)
                .by(by.actor(), self.now());
            transaction.append_audit_records(vec![record]).await?;
        }
        let mut change = Change::of(self, by, &group.name);
        for member in before.difference(&after) {
            change.take_out(transaction, *member).await?;
        }
        for member in after.difference(&before) {
            change.put_in(transaction, *member).await?;
        }
        read_group(transaction, group.id).await
    }
}

/// Puts accounts into a group and takes them out.
pub(super) struct Change<'c> {
    service: &'c Service,
    by: By<'c>,
    group: GroupName,
}

impl<'c> Change<'c> {
    pub(super) fn of(service: &'c Service, by: By<'c>, group: &GroupName) -> Self {
        Self { service, by, group: group.clone() }
    }

    pub(super) async fn put_in(
        &mut self,
        transaction: &mut (dyn Transaction + '_),
        id: AccountId,
    ) -> Result<(), ProvisionError> {
        let account = existing_account(transaction, id).await?.ok_or(ProvisionError::NoSuchMember { id })?;
        if account.role.is_privileged() || account.groups.contains(&self.group) {
            return Ok(());
        }
        let most = GroupName::MOST_OF_AN_ACCOUNT;
        if account.groups.len() >= most {
            return Err(ProvisionError::TooManyGroups { name: account.name, most });
        }
        let mut wanted = account.clone();
        wanted.groups.push(self.group.clone());
        wanted.groups.sort();
        self.write(transaction, account, wanted).await
    }

    pub(super) async fn take_out(
        &mut self,
        transaction: &mut (dyn Transaction + '_),
        id: AccountId,
    ) -> Result<(), ProvisionError> {
        let Some(account) = existing_account(transaction, id).await? else { return Ok(()) };
        if account.role.is_privileged() {
            return Ok(());
        }
        let mut wanted = account.clone();
        wanted.groups.retain(|group| *group != self.group);
        self.write(transaction, account, wanted).await
    }

    async fn write(
        &self,
        transaction: &mut (dyn Transaction + '_),
        before: Account,
        wanted: Account,
    ) -> Result<(), ProvisionError> {
        // The groups are the account's own, the entry stays as it is.
        let entry = DirectoryEntry::new(before.id);
        let (before, wanted) = ((before, entry.clone()), (wanted, entry));
        let now = self.service.now();
        self.service.change_from_directory(self.by, transaction, &before, &wanted, now).await?;
        Ok(())
    }
}
