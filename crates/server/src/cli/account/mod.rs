//! `postern account …`

mod add;
mod block;
mod delete;
mod grant;
mod import;
mod link;
mod list;
mod notify;
mod password;
mod revoke_grant;
mod set;
mod set_password;
mod show;
mod unblock;
mod unlink;

use clap::Subcommand;
use postern_domain::account::AccountName;

use super::{CliError, Context};

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add an account
    Add(add::Add),
    /// Import accounts from a file of comma-separated values
    Import(import::Import),
    /// List accounts
    List(list::List),
    /// Show an account with its methods and app passwords
    Show(show::Show),
    /// Set an account's password
    SetPassword(set_password::SetPassword),
    /// Set an account's security identifier
    Set(set::Set),
    /// Grant a service account the mailboxes that it may act for
    Grant(grant::Grant),
    /// Take a service account's grant away
    RevokeGrant(revoke_grant::RevokeGrant),
    /// Link an account to somebody at an outside identity provider
    Link(link::Link),
    /// Take such a link away
    Unlink(unlink::Unlink),
    /// The addresses that get an account's notices
    #[command(subcommand)]
    Notify(notify::Command),
    /// Block an account: nothing of it signs in, its sessions end
    Block(block::Block),
    /// Let a blocked account in again
    Unblock(unblock::Unblock),
    /// Delete an account: its app passwords are revoked, its addresses are free
    Delete(delete::Delete),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Add(command) => command.run(context).await,
            Self::Import(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::SetPassword(command) => command.run(context).await,
            Self::Set(command) => command.run(context).await,
            Self::Grant(command) => command.run(context).await,
            Self::RevokeGrant(command) => command.run(context).await,
            Self::Link(command) => command.run(context).await,
            Self::Unlink(command) => command.run(context).await,
            Self::Notify(command) => command.run(context).await,
            Self::Block(command) => command.run(context).await,
            Self::Unblock(command) => command.run(context).await,
            Self::Delete(command) => command.run(context).await,
        }
    }
}

/// The account's name as typed.
#[derive(Debug, clap::Args)]
pub(super) struct AccountArgument {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    pub(super) account: AccountName,
}
