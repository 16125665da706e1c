//! Change a setting.

use postern_domain::setting::{InvalidSetting, SettingKey};

use crate::{By, Failure, Service};

/// Why a setting was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeSettingError {
    /// It does not take that value.
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    /// Who asked may not.
    #[error("that is for administrators")]
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
        _by: By<'_>,
        _key: SettingKey,
        _value: &str,
    ) -> Result<String, ChangeSettingError> {
        todo!()
    }
}
