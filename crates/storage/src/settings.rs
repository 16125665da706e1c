//! Settings, stored as text under their names. A setting that is not stored has its default; a group has a value of its
//! own exactly where one is stored for it.

use async_trait::async_trait;
use postern_domain::account::GroupName;
use postern_domain::setting::{Policy, SettingKey, Settings};

use crate::Result;

/// Reading settings.
#[async_trait]
pub trait SettingsRead {
    /// The organization's settings, defaults included, without what groups have of their own.
    ///
    /// # Errors
    /// [`crate::StorageError::Corrupt`] for a value that this version does not take.
    async fn settings(&mut self) -> Result<Settings>;

    /// The values of the organization and those of groups.
    ///
    /// # Errors
    /// As [`Self::settings`].
    async fn policy(&mut self) -> Result<Policy>;
}

/// Writing settings.
#[async_trait]
pub trait SettingsWrite: SettingsRead {
    /// Stores the value that `key` has in `settings` as the organization's.
    async fn set_setting(&mut self, key: SettingKey, settings: &Settings) -> Result<()>;

    /// Removes the organization's value, so that the default holds.
    async fn unset_setting(&mut self, key: SettingKey) -> Result<()>;

    /// Stores the value that `key` has in `settings` as the group's own.
    async fn set_override(&mut self, group: &GroupName, key: SettingKey, settings: &Settings) -> Result<()>;

    /// Removes the group's own value.
    async fn unset_override(&mut self, group: &GroupName, key: SettingKey) -> Result<()>;
}
