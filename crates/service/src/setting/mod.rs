//! Change a setting.

use postern_domain::account::Permission;
use postern_domain::audit::Operation;
use postern_domain::setting::{InvalidSetting, SettingKey};
use postern_storage::{Change, ChangeKind, StorageError};

use crate::audit::Record;
use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// Why a setting was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeSettingError {
    /// It does not take that value.
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Changes a setting from its text form; every running server follows within 100 ms. Gives the value before.
    ///
    /// # Errors
    /// [`ChangeSettingError`].
    pub async fn change_setting(
        &self,
        by: By<'_>,
        key: SettingKey,
        value: &str,
    ) -> Result<String, ChangeSettingError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        if !Asker::read(by, &mut *transaction, now).await?.may(Permission::ChangeSettings) {
            return Err(ChangeSettingError::NotAllowed);
        }
        let mut settings = transaction.settings().await?;
        let before = key.get(&settings);
        key.set(&mut settings, value)?;
        let after = key.get(&settings);
        if after == before {
            return Ok(before);
        }
        transaction.set_setting(key, &settings).await?;
        let record = Record::of(Operation::ChangeSetting)
            .detail("setting", key.name())
            .detail("before", &before)
            .detail("after", &after);
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        transaction.announce(Change::new(ChangeKind::Settings)).await?;
        transaction.commit().await?;
        self.put_settings(settings);
        Ok(before)
    }
}

impl From<StorageError> for ChangeSettingError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

#[cfg(test)]
mod tests;
