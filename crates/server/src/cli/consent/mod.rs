//! `postern consent …`

mod begin;
mod list;
mod show;
mod view;
mod withdraw;

use clap::Subcommand;

use super::{CliError, Context};

/// What can be done with the consents of mailbox owners.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the consents of every account
    List(list::List),
    /// Show the consents of an account, and where it can give one
    Show(show::Show),
    /// Get a consent by a code that the owner enters on another device
    Begin(begin::Begin),
    /// Withdraw a consent and forget its tokens
    Withdraw(withdraw::Withdraw),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::Begin(command) => command.run(context).await,
            Self::Withdraw(command) => command.run(context).await,
        }
    }
}
