//! `postern account list`

use clap::Args;
use postern_storage::AccountFilter;

use crate::cli::console::table;
use crate::cli::view::{self, AccountView};
use crate::cli::{CliError, Context};

/// Lists accounts.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those with this text in an address
    #[arg(long, value_name = "TEXT")]
    find: Option<String>,
}

/// Accounts read at once.
const PAGE: u32 = 1000;

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let mut filter = AccountFilter {
            text: self.find.map(|text| text.to_lowercase()),
            limit: PAGE,
            ..AccountFilter::default()
        };
        let mut accounts = Vec::new();
        loop {
            let page = service.list_accounts(context.by(), &filter).await?;
            let is_last = page.len() < PAGE as usize;
            filter.after = page.last().map(|listed| listed.account.name.clone());
            accounts.extend(page.into_iter().map(|listed| listed.account));
            if is_last {
                break;
            }
        }
        service.close().await;
        let views: Vec<_> = accounts.iter().map(AccountView::new).collect();
        context.console.answer(&views, || {
            table(
                ["account", "kind", "role", "status", "mfa", "aliases"],
                accounts.iter().map(|account| {
                    let aliases: Vec<_> = account.aliases.iter().map(ToString::to_string).collect();
                    [
                        account.name.to_string(),
                        view::kind(account.kind).to_owned(),
                        account.role.name().to_owned(),
                        view::status(&account.status).to_owned(),
                        account.mfa.to_string(),
                        aliases.join(", "),
                    ]
                }),
            )
        })
    }
}
