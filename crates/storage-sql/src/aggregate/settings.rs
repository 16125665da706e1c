//! Settings: text under their names, the organization's and those of groups.

use async_trait::async_trait;
use postern_domain::account::GroupName;
use postern_domain::setting::{Policy, SettingKey, Settings, Values};
use postern_storage::{Result, SettingsRead, SettingsWrite, StorageError};

use crate::convert::parameters;
use crate::session::Session;

#[async_trait]
impl SettingsRead for Session {
    async fn settings(&mut self) -> Result<Settings> {
        Ok(organization(self).await?.settings().clone())
    }

    async fn policy(&mut self) -> Result<Policy> {
        let mut policy = Policy { organization: organization(self).await?, ..Policy::default() };
        let stored = self
            .rows("select group_name, name, value from setting_override", &[], |columns| {
                Ok((
                    columns.next::<GroupName>("setting_override.group_name")?,
                    columns.next::<String>("setting_override.name")?,
                    columns.next::<String>("setting_override.value")?,
                ))
            })
            .await?;
        for (group, name, value) in stored {
            if SettingKey::from_name(&name).is_some() {
                give(policy.groups.entry(group).or_default(), &name, &value, "setting_override.value")?;
            }
        }
        Ok(policy)
    }
}

#[async_trait]
impl SettingsWrite for Session {
    async fn set_setting(&mut self, key: SettingKey, settings: &Settings) -> Result<()> {
        let value = key.get(settings);
        self.execute(
            "insert into setting (name, value) values ($1, $2) \
             on conflict (name) do update set value = excluded.value",
            &parameters![key.name(), &value],
        )
        .await?;
        Ok(())
    }

    async fn unset_setting(&mut self, key: SettingKey) -> Result<()> {
        self.execute("delete from setting where name = $1", &parameters![key.name()]).await?;
        Ok(())
    }

    async fn set_override(&mut self, group: &GroupName, key: SettingKey, settings: &Settings) -> Result<()> {
        let value = key.get(settings);
        self.execute(
            "insert into setting_override (group_name, name, value) values ($1, $2, $3) \
             on conflict (group_name, name) do update set value = excluded.value",
            &parameters![group, key.name(), &value],
        )
        .await?;
        Ok(())
    }

    async fn unset_override(&mut self, group: &GroupName, key: SettingKey) -> Result<()> {
        self.execute(
            "delete from setting_override where group_name = $1 and name = $2",
            &parameters![group, key.name()],
        )
        .await?;
        Ok(())
    }
}

async fn organization(session: &mut Session) -> Result<Values> {
    let stored = session
        .rows("select name, value from setting", &[], |columns| {
            Ok((columns.next::<String>("setting.name")?, columns.next::<String>("setting.value")?))
        })
        .await?;
    let mut values = Values::default();
    for (name, value) in stored {
        give(&mut values, &name, &value, "setting.value")?;
    }
    Ok(values)
}

/// A name that this version does not know is left alone: an older version may run beside a newer one.
fn give(values: &mut Values, name: &str, value: &str, what: &'static str) -> Result<()> {
    match SettingKey::from_name(name) {
        Some(key) => values.give(key, value).map_err(|_| StorageError::Corrupt { what }),
        None => Ok(()),
    }
}
