//! `postern mfa method …`

use clap::{Args, Subcommand};
use postern_domain::account::AccountName;
use postern_domain::id::MethodId;
use serde_json::json;

use crate::cli::console::table;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// What can be done with the methods of an account.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the authentication methods of an account
    List(List),
    /// Delete an authentication method of an account
    Delete(Delete),
}

/// Lists the authentication methods of an account, oldest first, and how many recovery codes are left.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
}

/// Deletes an authentication method, the last one too. The owner's browser sessions end.
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
    /// The method's id, as `postern mfa method list` shows it
    #[arg(value_name = "ID")]
    method: MethodId,
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Delete(command) => command.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let details = service.find_account(context.by(), &self.account).await?;
        service.close().await;
        let methods: Vec<_> = details
            .methods
            .iter()
            .map(|method| {
                json!({
                    "id": method.id.to_string(),
                    "kind": method.kind.name(),
                    "label": method.label,
                    "hint": method.hint,
                    "registered_at": method.registered_at.to_string(),
                    "last_used_at": method.last_used_at.map(|at| at.to_string()),
                })
            })
            .collect();
        let answer = json!({ "methods": methods, "recovery_codes_left": details.recovery_codes_left });
        context.console.answer(&answer, || {
            let rows = details.methods.iter().map(|method| {
                [
                    method.id.to_string(),
                    method.kind.to_string(),
                    method.label.clone(),
                    method.hint.clone().unwrap_or_default(),
                    show_moment(method.registered_at),
                    method.last_used_at.map_or_else(|| "never".to_owned(), show_moment),
                ]
            });
            let head = ["id", "kind", "name", "at", "registered", "last used"];
            format!("{}\nRecovery codes left: {}", table(head, rows), details.recovery_codes_left)
        })
    }
}

impl Delete {
    async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        service.delete_method_of(context.by(), &self.account, self.method).await?;
        service.close().await;
        let answer = json!({ "account": self.account.as_str(), "method": self.method.to_string() });
        context.console.answer(&answer, || format!("The method of {} is deleted.", self.account))
    }
}
