//! Add a group for a provisioning client, delete one, and give identifiers to those that are there.

use postern_domain::account::GroupName;
use postern_domain::audit::Operation;
use postern_domain::directory::{DirectoryGroup, Label};
use postern_domain::id::DirectoryGroupId;

use super::group_change::{Change, WantedGroup};
use super::read::read_group;
use super::{ProvisionError, ProvisionedGroup};
use crate::audit::Record;
use crate::{By, Service};

impl Service {
    /// Adds a group with its members. Where accounts are in a group of that name already, they stay in it.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provision_group(
        &self,
        by: By<'_>,
        wanted: WantedGroup,
    ) -> Result<ProvisionedGroup, ProvisionError> {
        let mut transaction = self.parts.store.begin().await?;
        self.ask_to_provision(by, &mut *transaction).await?;
        let name = GroupName::from_display_name(wanted.display_name.as_str())
            .map_err(ProvisionError::no_group_name(&wanted.display_name))?;
        if let Some(holder) = transaction.directory_group_by_name(&name).await? {
            return Err(ProvisionError::GroupTaken { name, holder: holder.display_name });
        }
        let mut group = self.identified(name, wanted.display_name);
        group.external_id = wanted.external_id;
        transaction.insert_directory_group(&group).await?;
        let record = record_of(Operation::AddGroup, &group).by(by.actor(), self.now());
        transaction.append_audit_records(vec![record]).await?;
        let mut change = Change::of(self, by, &group.name);
        for id in &wanted.members {
            change.put_in(&mut *transaction, *id).await?;
        }
        let group = read_group(&mut *transaction, group.id).await?;
        transaction.commit().await?;
        Ok(group)
    }

    /// Takes everybody out of a group and forgets it. Members with a role stay in it. `check` may refuse, of what the group
    /// is at that moment.
    ///
    /// # Errors
    /// What `check` refuses, and [`ProvisionError`].
    pub async fn deprovision_group<E: From<ProvisionError>>(
        &self,
        by: By<'_>,
        id: DirectoryGroupId,
        check: impl FnOnce(&ProvisionedGroup) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let refused = |error| E::from(ProvisionError::from(error));
        let mut transaction = self.parts.store.begin().await.map_err(refused)?;
        self.ask_to_provision(by, &mut *transaction).await?;
        let current = read_group(&mut *transaction, id).await?;
        check(&current)?;
        let mut change = Change::of(self, by, &current.group.name);
        for (member, _) in &current.members {
            change.take_out(&mut *transaction, *member).await?;
        }
        transaction.delete_directory_group(id, self.now()).await.map_err(refused)?;
        let record = record_of(Operation::DeleteGroup, &current.group)
            .detail("members", current.members.len())
            .by(by.actor(), self.now());
        transaction.append_audit_records(vec![record]).await.map_err(refused)?;
        transaction.commit().await.map_err(refused)
    }

    /// Gives an identifier to each group that has none: it was made by hand, and a client is about to look at groups.
    pub(super) async fn identify_groups(&self, by: By<'_>) -> Result<(), ProvisionError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        self.ask_to_provision(by, &mut *snapshot).await?;
        if snapshot.groups_without_identifier().await?.is_empty() {
            return Ok(());
        }
        drop(snapshot);
        let mut transaction = self.parts.store.begin().await?;
        for name in transaction.groups_without_identifier().await? {
            // What is a name of a group is visible, and short enough to be shown.
            if let Ok(display_name) = name.as_str().parse() {
                transaction.insert_directory_group(&self.identified(name, display_name)).await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    fn identified(&self, name: GroupName, display_name: Label) -> DirectoryGroup {
        let now = self.now();
        DirectoryGroup {
            id: DirectoryGroupId::generate(&*self.parts.clock, self.random()),
            name,
            display_name,
            external_id: None,
            created_at: now,
            changed_at: now,
        }
    }
}

/// The audit record of a deed on a group.
pub(super) fn record_of(operation: Operation, group: &DirectoryGroup) -> Record {
    Record::of(operation)
        .detail("group", &group.name)
        .detail("display name", &group.display_name)
        .detail_if("external id", group.external_id.as_ref())
}
