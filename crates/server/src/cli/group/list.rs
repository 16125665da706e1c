//! `postern group list`

use clap::Args;
use postern_domain::account::GroupName;
use serde_json::json;

use crate::cli::console::table;
use crate::cli::view::{self, AccountView};
use crate::cli::{CliError, Context};

/// Lists the groups, or the accounts in one.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The group whose accounts are listed
    group: Option<GroupName>,
}

/// Accounts read at once.
const PAGE: u32 = 1000;

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self.group {
            Some(group) => accounts(context, &group).await,
            None => groups(context).await,
        }
    }
}

async fn groups(context: &mut Context) -> Result<(), CliError> {
    let service = context.service().await?;
    let groups = service.list_groups(context.by()).await?;
    service.close().await;
    let views: Vec<_> =
        groups.iter().map(|(name, count)| json!({ "group": name.as_str(), "accounts": count })).collect();
    context.console.answer(&views, || {
        if groups.is_empty() {
            return "No account is in a group.".to_owned();
        }
        table(["group", "accounts"], groups.iter().map(|(name, count)| [name.to_string(), count.to_string()]))
    })
}

async fn accounts(context: &mut Context, group: &GroupName) -> Result<(), CliError> {
    let service = context.service().await?;
    let mut accounts = Vec::new();
    loop {
        let after = accounts.last().map(|account: &postern_domain::account::Account| &account.name);
        let page = service.list_group(context.by(), group, after, PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        accounts.extend(page);
        if is_last {
            break;
        }
    }
    service.close().await;
    let views: Vec<_> = accounts.iter().map(AccountView::new).collect();
    context.console.answer(&views, || {
        if accounts.is_empty() {
            return format!("No account is in {group}.");
        }
        table(
            ["account", "kind", "status"],
            accounts.iter().map(|account| {
                [
                    account.name.to_string(),
                    view::kind(account.kind).to_owned(),
                    view::status(&account.status).to_owned(),
                ]
            }),
        )
    })
}
