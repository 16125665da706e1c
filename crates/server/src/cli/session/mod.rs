//! `postern session …`

mod end;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// End every portal and door session of an account (force sign-out)
    End(end::End),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::End(command) => command.run(context).await,
        }
    }
}
