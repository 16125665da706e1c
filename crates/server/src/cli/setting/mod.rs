//! `postern setting …`

mod get;
mod list;
mod set;

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
    /// Change a setting; every running server follows at once
    Set(set::Set),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Get(command) => command.run(context).await,
            Self::Set(command) => command.run(context).await,
        }
    }
}

/// The setting of that name; hyphens do for underscores.
fn key(name: &str) -> Result<SettingKey, CliError> {
    SettingKey::from_name(&name.replace('-', "_"))
        .ok_or_else(|| CliError::NoSuchSetting { name: name.to_owned() })
}
