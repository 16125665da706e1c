//! `postern group …`

mod add;
mod list;
mod remove;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with groups. A group is there while an account is in it.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put accounts into a group
    Add(add::Add),
    /// Take accounts out of a group
    Remove(remove::Remove),
    /// List the groups, or the accounts in one
    List(list::List),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Add(command) => command.run(context).await,
            Self::Remove(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
        }
    }
}
