//! `postern group remove`

use clap::Args;
use postern_domain::account::{AccountName, GroupName};

use crate::cli::view::AccountView;
use crate::cli::{CliError, Context};

/// Takes accounts out of a group. Sessions that act for them by that group end.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The group: letters, digits, hyphens, underscores and dots
    group: GroupName,
    /// The accounts, by their user names or aliases
    #[arg(value_name = "ACCOUNT", required = true)]
    accounts: Vec<AccountName>,
}

impl Remove {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let mut changed = Vec::new();
        for name in &self.accounts {
            changed.push(service.remove_from_group(context.by(), name, &self.group).await?);
        }
        service.close().await;
        let views: Vec<_> = changed.iter().map(AccountView::new).collect();
        context.console.answer(&views, || {
            let lines = changed.iter().map(|account| format!("{} is not in {}.", account.name, self.group));
            lines.collect::<Vec<_>>().join("\n")
        })
    }
}
