//! Change a setting: the organization's value, or what a group has in its place.

use postern_domain::account::{GroupName, Permission};
use postern_domain::audit::Operation;
use postern_domain::setting::{Policy, SettingKey, Settings, Values};
use postern_storage::{Change, ChangeKind, StorageError, Transaction};

use super::SettingError;
use crate::audit::Record;
use crate::authorise::Asker;
use crate::notice::OrganizationTidings;
use crate::{By, Service};

impl Service {
    /// Changes a setting of the organization from its text form; every running server follows within 100 ms. Gives the
    /// value before. By a person it needs a fresh second factor, as every change of a setting does.
    ///
    /// # Errors
    /// [`SettingError`].
    pub async fn change_setting(
        &self,
        by: By<'_>,
        key: SettingKey,
        value: &str,
    ) -> Result<String, SettingError> {
        let before = self.put_setting(by, None, key, Some(value)).await?;
        Ok(before.unwrap_or_else(|| key.get(&Settings::default())))
    }

    /// Takes the organization's value of a setting back, so that its default holds. Gives the value before.
    ///
    /// # Errors
    /// [`SettingError`].
    pub async fn unset_setting(&self, by: By<'_>, key: SettingKey) -> Result<String, SettingError> {
        let before = self.put_setting(by, None, key, None).await?;
        Ok(before.unwrap_or_else(|| key.get(&Settings::default())))
    }

    /// Gives a group a value of its own, from its text form, which holds for its members in place of the organization's.
    /// The group need not have members yet. Gives the value that it had of its own before.
    ///
    /// # Errors
    /// [`SettingError`].
    pub async fn set_override(
        &self,
        by: By<'_>,
        group: &GroupName,
        key: SettingKey,
        value: &str,
    ) -> Result<Option<String>, SettingError> {
        self.put_setting(by, Some(group), key, Some(value)).await
    }

    /// Takes a group's own value back. Gives it, when there was one.
    ///
    /// # Errors
    /// [`SettingError`].
    pub async fn unset_override(
        &self,
        by: By<'_>,
        group: &GroupName,
        key: SettingKey,
    ) -> Result<Option<String>, SettingError> {
        self.put_setting(by, Some(group), key, None).await
    }

    async fn put_setting(
        &self,
        by: By<'_>,
        group: Option<&GroupName>,
        key: SettingKey,
        value: Option<&str>,
    ) -> Result<Option<String>, SettingError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        may_change(&asker, now)?;
        let mut policy = transaction.policy().await?;
        let was = value_for(&policy, group);
        let Some((before, record)) = write(&mut *transaction, &mut policy, group, key, value).await? else {
            let values = group.map_or(Some(&policy.organization), |group| policy.groups.get(group));
            return Ok(values.and_then(|values| values.get(key)));
        };
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        let is = value_for(&policy, group);
        if is_weaker(key, &was, &is) {
            let (before, after, group) = (key.get(&was), key.get(&is), group.cloned());
            let notice = OrganizationTidings::SettingWeakened { key, group, before, after, done: by.into() };
            self.tell_administrators(&mut *transaction, None, notice, now).await?;
        }
        transaction.announce(Change::new(ChangeKind::Settings)).await?;
        transaction.commit().await?;
        self.put_policy(policy);
        Ok(before)
    }
}

/// What holds for the organization, or for the members of a group.
fn value_for(policy: &Policy, group: Option<&GroupName>) -> Settings {
    policy.settings_for(group.map_or(&[], std::slice::from_ref))
}

/// Whether the later value is less strict: to be as strict as the earlier one, it would have to be another.
fn is_weaker(key: SettingKey, before: &Settings, after: &Settings) -> bool {
    let mut as_strict = after.clone();
    key.take_stricter(before, &mut as_strict);
    key.get(&as_strict) != key.get(after)
}

/// Whether who asks may change settings now.
pub(super) fn may_change(asker: &Asker, now: postern_domain::Timestamp) -> Result<(), SettingError> {
    if !asker.may(Permission::ChangeSettings) {
        return Err(SettingError::NotAllowed);
    }
    asker.stepped_up(now).then_some(()).ok_or(SettingError::StepUpNeeded)
}

/// Writes a value, or with none takes it back. Gives the value before with the record of the change; none when nothing
/// changed.
pub(super) async fn write(
    transaction: &mut (dyn Transaction + '_),
    policy: &mut Policy,
    group: Option<&GroupName>,
    key: SettingKey,
    value: Option<&str>,
) -> Result<Option<(Option<String>, Record)>, SettingError> {
    if group.is_some() && !key.is_for_groups() {
        return Err(SettingError::NotForGroups { key });
    }
    let mut values = match group {
        None => policy.organization.clone(),
        Some(group) => policy.groups.get(group).cloned().unwrap_or_default(),
    };
    let before = values.get(key);
    match value {
        Some(value) => values.give(key, value)?,
        None => values.take_back(key),
    }
    if values.get(key) == before {
        return Ok(None);
    }
    store(transaction, group, key, &values).await?;
    let record = Record::of(Operation::ChangeSetting)
        .detail("setting", key.name())
        .detail_if("group", group)
        .detail("before", shown(before.clone(), group, key))
        .detail("after", shown(values.get(key), group, key));
    match group {
        None => policy.organization = values,
        Some(group) if values.is_empty() => drop(policy.groups.remove(group)),
        Some(group) => drop(policy.groups.insert(group.clone(), values)),
    }
    Ok(Some((before, record)))
}

async fn store(
    transaction: &mut (dyn Transaction + '_),
    group: Option<&GroupName>,
    key: SettingKey,
    values: &Values,
) -> Result<(), StorageError> {
    match (group, values.gives(key)) {
        (None, true) => transaction.set_setting(key, values.settings()).await,
        (None, false) => transaction.unset_setting(key).await,
        (Some(group), true) => transaction.set_override(group, key, values.settings()).await,
        (Some(group), false) => transaction.unset_override(group, key).await,
    }
}

/// The value for the audit record.
fn shown(value: Option<String>, group: Option<&GroupName>, key: SettingKey) -> String {
    value.unwrap_or_else(|| match group {
        None => format!("{} (the default)", key.get(&Settings::default())),
        Some(_) => "none of its own".to_owned(),
    })
}
