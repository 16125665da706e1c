//! `postern mfa …`

mod set;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with the MFA of an account.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set an account's MFA state
    Set(set::Set),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Set(command) => command.run(context).await,
        }
    }
}
