//! `postern session …`

mod end;
mod list;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the live sessions at the doors
    List(list::List),
    /// End a live session, or every session of an account (force sign-out)
    End(end::End),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::End(command) => command.run(context).await,
        }
    }
}
