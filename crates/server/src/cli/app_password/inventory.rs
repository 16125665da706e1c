//! `postern app-password inventory`

use clap::Args;
use postern_domain::account::AccountName;
use postern_domain::door::Door;
use postern_service::inventory::{InventoryFlag, InventoryItem, InventoryQuery, csv_line, json_line};

use crate::cli::console::table;
use crate::cli::view::state_name;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// Lists the app passwords of every account, with what is wrong with them.
#[derive(Debug, Args)]
pub(crate) struct Inventory {
    /// Only those: tried-after-end, too-wide, never-used, stale, no-expiry or expiring-soon
    #[arg(long, value_name = "FLAG", value_parser = flag)]
    flag: Option<InventoryFlag>,
    /// Only those that are good for this door
    #[arg(long, value_name = "DOOR")]
    door: Option<Door>,
    /// Only those of this account
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<AccountName>,
    /// Only those whose name begins so
    #[arg(long, value_name = "BEGINNING")]
    name: Option<String>,
    /// Answer in CSV; with --json the answer is JSON lines
    #[arg(long)]
    csv: bool,
}

fn flag(text: &str) -> Result<InventoryFlag, String> {
    InventoryFlag::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = InventoryFlag::ALL.iter().map(|flag| flag.name()).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// App passwords read at once.
const PORTION: u32 = 1000;

impl Inventory {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let json = context.console.wants_json();
        let service = context.service().await?;
        let mut query = InventoryQuery {
            flag: self.flag,
            door: self.door,
            owner: self.owner,
            name: self.name,
            after: None,
            limit: PORTION,
        };
        if self.csv {
            context.console.line(csv_line(None, service.clock().now()).trim_end())?;
        }
        loop {
            let list = service.list_inventory(context.by(), &query).await?;
            let now = service.clock().now();
            if !self.csv && !json {
                context.console.line(&shown(&list.items, now))?;
            }
            for item in &list.items {
                if self.csv {
                    context.console.line(csv_line(Some(item), now).trim_end_matches('\n'))?;
                } else if json {
                    context.console.line(json_line(item, now).trim_end())?;
                }
            }
            query.after = list.next;
            if query.after.is_none() {
                break;
            }
        }
        service.close().await;
        Ok(())
    }
}

fn shown(items: &[InventoryItem], now: postern_domain::Timestamp) -> String {
    table(
        ["account", "name", "state", "doors", "last used", "flags"],
        items.iter().map(|item| {
            let its = &item.row.app_password;
            let flags: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
            [
                item.row.owner.to_string(),
                its.name.to_string(),
                state_name(&its.state_at(now)).to_owned(),
                its.scope.to_string(),
                its.last_use.as_ref().map_or_else(|| "never".to_owned(), |last| show_moment(last.at)),
                flags.join(", "),
            ]
        }),
    )
}
