//! `postern group list`

use clap::Args;
use postern_domain::account::{Account, GroupName};
use serde_json::json;

use crate::cli::console::table;
use crate::cli::view::{self, AccountView};
use crate::cli::{CliError, Context, whole_list};

/// Lists the groups, or the accounts in one.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The group whose accounts are listed
    group: Option<GroupName>,
}

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
    let by = context.by();
    let groups = whole_list(async |last: Option<&(GroupName, u64)>, limit| {
        service.list_groups(by, last.map(|(name, _)| name), limit).await
    })
    .await?;
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
    let by = context.by();
    let mut accounts = whole_list(async |last: Option<&Account>, limit| {
        service.list_group(by, group, last.map(|last| last.id), limit).await
    })
    .await?;
    service.close().await;
    accounts.sort_by(|a, b| a.name.cmp(&b.name));
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
