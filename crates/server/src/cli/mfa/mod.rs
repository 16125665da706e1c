//! `postern mfa …`

mod method;
mod require_registration;
mod set;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with the MFA of an account.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set an account's MFA state
    Set(set::Set),
    /// Demand that an owner registers a method anew
    RequireRegistration(require_registration::RequireRegistration),
    /// List and delete authentication methods
    #[command(subcommand)]
    Method(method::Command),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Set(command) => command.run(context).await,
            Self::RequireRegistration(command) => command.run(context).await,
            Self::Method(command) => command.run(context).await,
        }
    }
}
