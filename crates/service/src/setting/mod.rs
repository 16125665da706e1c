//! Deeds on settings.

mod change_setting;
mod effective_settings;
mod forbid_app_passwords;
mod locked_out;
mod preview_setting;

pub use effective_settings::HeldFor;
pub use postern_storage::LockedOut;
pub use preview_setting::{MOST_NAMED, SettingPreview, StoppedProgram, StoppedSignIns};

use postern_domain::setting::{InvalidSetting, SettingKey};
use postern_storage::StorageError;

use crate::Failure;

/// Why settings were not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// It does not take that value.
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
    /// A group can have no value of its own for it.
    #[error("`{}` is for the whole organization: a group cannot have a value of its own", key.name())]
    NotForGroups {
        /// The setting.
        key: SettingKey,
    },
    /// No account has that name.
    #[error("there is no account with that name")]
    NoSuchAccount,
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for SettingError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

#[cfg(test)]
mod tests;
