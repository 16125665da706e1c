//! `postern audit …`

mod export;
mod list;
mod verify;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the newest records
    List(list::List),
    /// Check that no record and no sealed sign-in event was changed, removed or added
    Verify(verify::Verify),
    /// Print every record in order, one JSON object a line
    Export(export::Export),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Verify(command) => command.run(context).await,
            Self::Export(command) => command.run(context).await,
        }
    }
}
