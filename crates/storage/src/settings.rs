//! Settings, stored as text under their names. A setting that is not stored has its default.

use async_trait::async_trait;
use postern_domain::setting::{SettingKey, Settings};

use crate::Result;

/// Reading settings.
#[async_trait]
pub trait SettingsRead {
    /// All settings.
    ///
    /// # Errors
    /// [`crate::StorageError::Corrupt`] for a value that this version does not take.
    async fn settings(&mut self) -> Result<Settings>;
}

/// Writing settings.
#[async_trait]
pub trait SettingsWrite: SettingsRead {
    /// Stores the value that `key` has in `settings`.
    async fn set_setting(&mut self, key: SettingKey, settings: &Settings) -> Result<()>;
}
