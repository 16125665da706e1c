//! `postern account notify …`

use clap::{Args, Subcommand};
use postern_domain::account::AccountName;
use postern_domain::id::NotificationAddressId;
use serde_json::json;

use super::AccountArgument;
use crate::cli::console::table;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// What can be done with the addresses that get an account's notices.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the addresses that get an account's notices, beside its own
    List(List),
    /// Add an address that gets an account's notices
    Add(Add),
    /// Remove such an address
    Remove(Remove),
}

/// Lists the addresses that get an account's notices, beside its own.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    account: AccountArgument,
}

/// Adds an address that gets an account's notices, without a code: you vouch for it. At most three, beside its own.
#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    account: AccountArgument,
    /// The address
    #[arg(value_name = "ADDRESS")]
    address: AccountName,
}

/// Removes an address that gets an account's notices.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    #[command(flatten)]
    account: AccountArgument,
    /// The address's id, as `postern account notify list` shows it
    #[arg(value_name = "ID")]
    id: NotificationAddressId,
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Add(command) => command.run(context).await,
            Self::Remove(command) => command.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let account = self.account.account;
        let listed = service.notification_addresses_of(context.by(), &account).await?;
        service.close().await;
        let answer: Vec<_> = (listed.iter())
            .map(|each| {
                json!({
                    "id": each.id.to_string(),
                    "address": each.address.as_str(),
                    "added_at": each.added_at.to_string(),
                    "confirmed_at": each.confirmed_at.map(|at| at.to_string()),
                })
            })
            .collect();
        context.console.answer(&answer, || {
            if listed.is_empty() {
                return format!("The notices of {account} go to its own address only.");
            }
            let rows = listed.iter().map(|each| {
                let confirmed = each.confirmed_at.map_or_else(|| "not yet".to_owned(), show_moment);
                [each.id.to_string(), each.address.to_string(), confirmed]
            });
            table(["Id", "Address", "Confirmed"], rows)
        })
    }
}

impl Add {
    async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let account = self.account.account;
        let added = service.add_notification_address(context.by(), &account, self.address).await?;
        service.close().await;
        let answer = json!({ "account": account.as_str(), "id": added.id.to_string(), "address": added.address.as_str() });
        context.console.answer(&answer, || format!("The notices of {account} go to {}, too.", added.address))
    }
}

impl Remove {
    async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let account = self.account.account;
        service.remove_notification_address(context.by(), &account, self.id).await?;
        service.close().await;
        let answer = json!({ "account": account.as_str(), "removed": self.id.to_string() });
        context.console.answer(&answer, || format!("The notices of {account} do not go there any more."))
    }
}
