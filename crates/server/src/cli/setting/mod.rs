//! `postern setting …`

mod effective;
mod get;
mod list;
mod set;
mod unset;

use clap::Subcommand;
use postern_domain::setting::SettingKey;

use super::{CliError, Context};

/// What can be done with settings.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List every setting with its value
    List(list::List),
    /// Show a setting
    Get(get::Get),
    /// Change a setting, for the organization or a group; every running server follows at once
    Set(set::Set),
    /// Take a value back: the organization's, so that the default holds, or a group's own
    Unset(unset::Unset),
    /// Show what holds for an account, and where it comes from
    Effective(effective::Effective),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Get(command) => command.run(context).await,
            Self::Set(command) => command.run(context).await,
            Self::Unset(command) => command.run(context).await,
            Self::Effective(command) => command.run(context).await,
        }
    }
}

/// The setting with which existing app passwords can be revoked in the same step.
const CREATE: SettingKey = SettingKey::UsersMayCreateAppPasswords;

/// The setting of that name; hyphens do for underscores.
fn key(name: &str) -> Result<SettingKey, CliError> {
    SettingKey::from_name(&name.replace('-', "_"))
        .ok_or_else(|| CliError::NoSuchSetting { name: name.to_owned() })
}
