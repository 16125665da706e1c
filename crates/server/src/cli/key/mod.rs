//! `postern key …`

mod rotate;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with the keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a key of a new version; what was made with the old ones goes on working
    Rotate(rotate::Rotate),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Rotate(command) => command.run(context).await,
        }
    }
}
