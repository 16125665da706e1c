//! Settings: text under their names.

use async_trait::async_trait;
use postern_domain::setting::{SettingKey, Settings};
use postern_storage::{Result, SettingsRead, SettingsWrite, StorageError};

use crate::convert::parameters;
use crate::session::Session;

#[async_trait]
impl SettingsRead for Session {
    /// A name that this version does not know is left alone: an older version may run beside a newer one.
    async fn settings(&mut self) -> Result<Settings> {
        let stored = self
            .rows("select name, value from setting", &[], |columns| {
                Ok((columns.next::<String>("setting.name")?, columns.next::<String>("setting.value")?))
            })
            .await?;
        let mut settings = Settings::default();
        for (name, value) in stored {
            if let Some(key) = SettingKey::from_name(&name) {
                key.set(&mut settings, &value)
                    .map_err(|_| StorageError::Corrupt { what: "setting.value" })?;
            }
        }
        Ok(settings)
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
}
