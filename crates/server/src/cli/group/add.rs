//! `postern group add`

use clap::Args;
use postern_domain::account::{AccountName, GroupName};

use crate::cli::view::AccountView;
use crate::cli::{CliError, Context};

/// Puts accounts into a group. Grants that name the group reach their mailboxes from then on.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The group: letters, digits, hyphens, underscores and dots
    group: GroupName,
    /// The accounts, by their user names or aliases
    #[arg(value_name = "ACCOUNT", required = true)]
    accounts: Vec<AccountName>,
}

impl Add {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let mut changed = Vec::new();
        for name in &self.accounts {
            changed.push(service.add_to_group(context.by(), name, self.group.clone()).await?);
        }
        service.close().await;
        let views: Vec<_> = changed.iter().map(AccountView::new).collect();
        context.console.answer(&views, || {
            let lines = changed.iter().map(|account| format!("{} is in {}.", account.name, self.group));
            lines.collect::<Vec<_>>().join("\n")
        })
    }
}
