//! `postern inventory`

use clap::Args;
use postern_domain::account::AccountName;
use postern_domain::door::Door;
use postern_service::inventory::{
    CredentialKind, InventoryFlag, InventoryItem, InventoryQuery, csv_line, json_line,
};

use crate::cli::console::table;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// Lists every credential with which nobody answers a second factor, with what is wrong with it.
#[derive(Debug, Args)]
pub(crate) struct Inventory {
    /// Only those of this kind: app-password, account-password, api-token, client-secret, consent or mailbox-password
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<CredentialKind>,
    /// Only those: tried-after-end, lapsed, too-wide, never-used, stale, no-expiry or expiring-soon
    #[arg(long, value_name = "FLAG", value_parser = flag)]
    flag: Option<InventoryFlag>,
    /// Only app passwords that are good for this door, and account passwords that were used there
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

fn kind(text: &str) -> Result<CredentialKind, String> {
    CredentialKind::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = CredentialKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// Credentials read at once.
const PORTION: u32 = 1000;

impl Inventory {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let json = context.console.wants_json();
        let service = context.service().await?;
        let mut query = InventoryQuery {
            kind: self.kind,
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
        ["kind", "account", "name", "state", "good for", "last used", "flags"],
        items.iter().map(|item| {
            let facts = item.facts(now);
            let flags: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
            let good_for = match (&facts.scopes, &facts.mailbox) {
                (Some(scopes), _) => scopes.to_string(),
                (None, Some(mailbox)) => mailbox.clone(),
                (None, None) => facts.doors.to_string(),
            };
            [
                facts.kind.name().to_owned(),
                facts.account.map(|account| account.to_string()).unwrap_or_default(),
                facts.name.unwrap_or_default(),
                facts.state.name().to_owned(),
                good_for,
                facts.last_use.as_ref().map_or_else(|| "never".to_owned(), |last| show_moment(last.at)),
                flags.join(", "),
            ]
        }),
    )
}
